using System.Globalization;
using System.Text;
using SkillFactory.Tokenization.Characters;

namespace SkillFactory.Tokenization.Patterns;

/// <summary>Writes a parsed pattern as a .NET regular expression over the letters of an alphabet.</summary>
internal sealed class PatternWriter
{
    private readonly StringBuilder _text = new();
    private readonly CodePointAlphabet _alphabet;

    private PatternWriter(CodePointAlphabet alphabet) => _alphabet = alphabet;

    public static string Write(PatternNode node, CodePointAlphabet alphabet)
    {
        var writer = new PatternWriter(alphabet);
        writer.Write(node);
        return writer._text.ToString();
    }

    /// <summary>The sets that a pattern uses, each once.</summary>
    public static IReadOnlyList<CodePointSet> SetsOf(PatternNode node) =>
        [
            .. node.All()
                .Select(n =>
                    n switch
                    {
                        SetNode set => set.Set,
                        LiteralNode literal => literal.Set,
                        AnchorNode { Kind: AnchorKind.WordBoundary or AnchorKind.NotWordBoundary } => CharacterSets.BareWord,
                        AnchorNode => CharacterSets.Newline,
                        _ => null,
                    }
                )
                .OfType<CodePointSet>()
                .Distinct(),
        ];

    private void Write(PatternNode node)
    {
        switch (node)
        {
            case SetNode set:
                Set(set.Set);
                break;
            case LiteralNode literal:
                Set(literal.Set);
                break;
            case SequenceNode sequence:
                foreach (var item in sequence.Items)
                {
                    Write(item);
                }

                break;
            case ChoiceNode choice:
                _text.Append("(?:");
                for (var i = 0; i < choice.Items.Count; i++)
                {
                    _text.Append(i > 0 ? "|" : "");
                    Write(choice.Items[i]);
                }

                _text.Append(')');
                break;
            case RepeatNode repeat:
                Repeat(repeat);
                break;
            case AtomicNode atomic:
                Group("(?>", atomic.Item);
                break;
            case LookNode look:
                Group(
                    (look.Ahead, look.Negated) switch
                    {
                        (true, false) => "(?=",
                        (true, true) => "(?!",
                        (false, false) => "(?<=",
                        _ => "(?<!",
                    },
                    look.Item
                );
                break;
            case AnchorNode anchor:
                Anchor(anchor.Kind);
                break;
        }
    }

    private void Group(string open, PatternNode item)
    {
        _text.Append(open);
        Write(item);
        _text.Append(')');
    }

    private void Repeat(RepeatNode repeat)
    {
        _text.Append(repeat.Kind == RepeatKind.Possessive ? "(?>" : "");
        Group("(?:", repeat.Item);
        _text.Append(
            (repeat.Min, repeat.Max) switch
            {
                (0, null) => "*",
                (1, null) => "+",
                (0, 1) => "?",
                (var min, null) => string.Create(CultureInfo.InvariantCulture, $"{{{min},}}"),
                var (min, max) => string.Create(CultureInfo.InvariantCulture, $"{{{min},{max}}}"),
            }
        );
        _text.Append(repeat.Kind == RepeatKind.Lazy ? "?" : "");
        _text.Append(repeat.Kind == RepeatKind.Possessive ? ")" : "");
    }

    private void Anchor(AnchorKind kind)
    {
        switch (kind)
        {
            case AnchorKind.TextStart:
                _text.Append(@"\A");
                break;
            case AnchorKind.TextEnd:
                _text.Append(@"\z");
                break;
            case AnchorKind.TextEndOrLastNewline:
                _text.Append("(?=").Append(Class(CharacterSets.Newline)).Append(@"?\z)");
                break;
            case AnchorKind.LineStart:
                // The end of a text that ends in a line feed is not the start of a line.
                _text.Append(@"(?:\A|(?<=").Append(Class(CharacterSets.Newline)).Append(@")(?!\z))");
                break;
            case AnchorKind.LineEnd:
                _text.Append("(?=").Append(Class(CharacterSets.Newline)).Append(@"|\z)");
                break;
            default:
                var word = Class(CharacterSets.BareWord);
                _text.Append(
                    kind == AnchorKind.WordBoundary
                        ? $"(?:(?<={word})(?!{word})|(?<!{word})(?={word}))"
                        : $"(?:(?<={word})(?={word})|(?<!{word})(?!{word}))"
                );
                break;
        }
    }

    private void Set(CodePointSet set) => _text.Append(Class(set));

    private string Class(CodePointSet set) =>
        _alphabet.Letters(set) switch
        {
            [] => "(?!)",
            [var only] => Escape(only),
            var letters => $"[{string.Concat(letters.Select(Escape))}]",
        };

    private static string Escape(char letter) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
}
