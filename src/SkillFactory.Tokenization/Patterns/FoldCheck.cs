using System.Text;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization.Characters;

namespace SkillFactory.Tokenization.Patterns;

/// <summary>Refuses case-insensitive text that may equal another number of characters: Oniguruma matches "ss" with "ß", which a set of
/// code points cannot.</summary>
internal static class FoldCheck
{
    /// <returns>The given node.</returns>
    /// <exception cref="UserErrorException">Such text occurs.</exception>
    public static PatternNode Pass(PatternNode node, PatternCursor cursor)
    {
        var run = new StringBuilder();
        Visit(node, run, cursor);
        End(run, cursor);
        return node;
    }

    private static void Visit(PatternNode node, StringBuilder run, PatternCursor cursor)
    {
        switch (node)
        {
            case LiteralNode { IgnoreCase: true } literal:
                if (CaseMapping.WithFoldToSeveral.Contains(literal.Point))
                {
                    throw Refusal(PatternCursor.Rune(literal.Point), cursor);
                }

                run.Append(PatternCursor.Rune(CaseMapping.Fold(literal.Point)));
                break;
            case SequenceNode sequence:
                foreach (var item in sequence.Items)
                {
                    Visit(item, run, cursor);
                }

                break;
            default:
                End(run, cursor);
                foreach (var inner in node.Inner)
                {
                    Visit(inner, run, cursor);
                    End(run, cursor);
                }

                break;
        }
    }

    private static void End(StringBuilder run, PatternCursor cursor)
    {
        var text = run.ToString();
        run.Clear();
        if (CaseMapping.FoldsToSeveral.FirstOrDefault(f => text.Contains(f, StringComparison.Ordinal)) is { } several)
        {
            throw Refusal(several, cursor);
        }
    }

    private static UserErrorException Refusal(string text, PatternCursor cursor) =>
        cursor.Refuse($"the case-insensitive '{text}', which equals another number of characters,", 0);
}
