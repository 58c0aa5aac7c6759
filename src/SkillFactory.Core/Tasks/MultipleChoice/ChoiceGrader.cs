using System.Text.RegularExpressions;
using SkillFactory.Core.Tasks.Files;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tasks.MultipleChoice;

/// <summary>Reads the choice that an answer names: "B", "(b)", "B. the bank", "Option B", "\text{(B)}", or the choice's text.</summary>
internal static partial class ChoiceGrader
{
    /// <summary>Longest answer that is read, in characters.</summary>
    public const int MaxLength = 2048;

    public static Grade Grade(ChoiceGold gold, string answer)
    {
        var text = Plain(answer);
        var label = answer.Length > MaxLength ? null : Label(gold, text);
        if (label is null)
        {
            var reason =
                answer.Length > MaxLength ? $"the answer is longer than {MaxLength} characters"
                : text.Length == 0 ? "the answer is empty"
                : "the answer names no choice, or more than one";
            return new(Outcome.Unparseable, Answers.Clip(answer), reason);
        }

        var grade =
            label == gold.Right
                ? new Grade(Outcome.Correct, Answers.Clip(answer), "")
                : new Grade(Outcome.Wrong, Answers.Clip(answer), $"{label} is not {gold.Right}");
        return grade with { Canonical = label };
    }

    private static string? Label(ChoiceGold gold, string text)
    {
        if (gold.Choices.FirstOrDefault(c => Same(c.Text, text)) is { } named)
        {
            return named.Label;
        }

        var match = LabelPattern().Match(text);
        if (!match.Success || Known(gold, match.Groups["label"].Value) is not { } label)
        {
            return null;
        }

        // The text after the label must be the choice's text, or be separated from the label: "A) a bank" is choice A, "A bank" is not.
        var rest = match.Groups["rest"].Value.Trim();
        if (rest.Length == 0 || gold.Choices.Any(c => c.Label == label && Same(c.Text, rest)))
        {
            return label;
        }

        return match.Groups["mark"].Length > 0 && !gold.Choices.Any(c => Same(c.Text, rest)) && !NamesAnother(gold, label, rest)
            ? label
            : null;
    }

    private static string? Known(ChoiceGold gold, string label) =>
        gold.Choices.Count == 0
            ? (label.Length == 1 ? label.ToUpperInvariant() : null)
            : gold.Choices.FirstOrDefault(c => c.Label == label)?.Label
                ?? gold.Choices.FirstOrDefault(c => c.Label.Equals(label, StringComparison.OrdinalIgnoreCase))?.Label;

    /// <summary>Whether another label follows as a separate word: "B, C", "B) or C)". A lone A or I may be an English word.</summary>
    private static bool NamesAnother(ChoiceGold gold, string label, string rest) =>
        OtherLabelPattern()
            .Matches(rest)
            .Any(m =>
                m.Groups["label"].Value is var other
                && other != label
                && (gold.Choices.Count == 0 || gold.Choices.Any(c => c.Label == other))
                && !(other is "A" or "I" && m.Groups["mark"].Length == 0)
            );

    private static bool Same(string choice, string text) => Folded(choice) == Folded(text) && Folded(choice).Length > 0;

    private static string Folded(string text) => Whitespace.Collapse(text).TrimEnd('.', ' ').ToUpperInvariant();

    private static string Plain(string answer)
    {
        var text = answer.Length > MaxLength ? "" : answer.Trim();
        text = Boxed.Last(text)?.Trim() ?? text;
        text = TextPattern().Replace(text, "$1");
        return Whitespace
            .Collapse(
                text.Replace("*", "", StringComparison.Ordinal)
                    .Replace("`", "", StringComparison.Ordinal)
                    .Replace("$", "", StringComparison.Ordinal)
            )
            .Trim('"', '\'', ' ');
    }

    [GeneratedRegex(
        @"^(?:(?:the\s+)?(?:correct\s+|right\s+|final\s+|best\s+)?(?:answer|choice|option)\s*(?:is|:)?\s*:?\s*(?:choice|option)?\s*)?"
            + @"(?<open>[(\[])?(?<label>[A-Za-z0-9]{1,3})(?<mark>[)\].:,]|\s+-\s)?(?<rest>(?:\s.*|(?<=[)\].:,]).*)?)$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline
    )]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"(?<![A-Za-z0-9'])(?<label>[A-Z0-9]{1,3})(?<mark>[)\].:,])?(?![A-Za-z0-9'])")]
    private static partial Regex OtherLabelPattern();

    [GeneratedRegex(@"\\(?:text|textbf|mathrm|mathbf)\s*\{([^{}]*)\}")]
    private static partial Regex TextPattern();
}
