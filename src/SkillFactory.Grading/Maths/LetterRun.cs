using SkillFactory.Grading.Quantities;

namespace SkillFactory.Grading.Maths;

/// <summary>A run of letters and what is around it, by which a word or a unit is distinguished from a function and from a product of
/// variables.</summary>
/// <param name="Before">The tokens before it.</param>
/// <param name="Spaced">Whether white space precedes it.</param>
/// <param name="Next">The next character that is not white space; null at the end.</param>
internal readonly record struct LetterRun(string Text, Notation Notation, IReadOnlyList<MathToken> Before, bool Spaced, char? Next)
{
    private MathToken Last => Before.Count > 0 ? Before[^1] : default;

    private bool IsFunction => MathVocabulary.Functions.Contains(Text);

    /// <summary>Whether it is one token: a word of natural language or a unit.</summary>
    public bool IsWord =>
        (Units.Of(Text) is not null && (Notation.Words == Words.Maths ? IsUnitHere : !(IsFunction && Notation.IsCall)))
        || (
            !IsFunction
            && Notation.Words switch
            {
                Words.Prose => true,
                // \mathrm{m} is a metre; \mathrm{e} and \mathrm{i} are the numbers.
                Words.Roman => Text is not ("e" or "i" or "d"),
                _ => Text.Length > 3
                    || MathVocabulary.ShortWords.Contains(Text)
                    || (Text.Length == 3 && char.IsUpper(Text[0]) && char.IsLower(Text[1]) && char.IsLower(Text[2])),
            }
        );

    /// <summary>Whether a unit is meant by letters that could be variables or a function: km and other long units always, the others
    /// after a number ("12 min") or after another unit ("km/h"). "5 m" may be 5·m, so that single letters depend on the
    /// notation.</summary>
    private bool IsUnitHere =>
        IsPer
        || (
            Text is "min" or "sec" ? IsAfterNumber && Next is null or ',' or ';' or '.' or ')' or ']' or '}' or '$' or '/'
            : Units.IsShort(Text) ? Notation.ShortUnits && IsAfterNumber && (Spaced || Text.Length > 1)
            : Text.Length > 1 && Units.IsUnambiguous(Text)
        );

    private bool IsPer => Last.Is("/") && Before.Count > 1 && Before[^2].Kind == TokenKind.Word;

    private bool IsAfterNumber => Last.Kind == TokenKind.Number || Last.Is("}") || Last.Is(")");
}
