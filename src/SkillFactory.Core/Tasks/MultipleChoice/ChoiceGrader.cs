using System.Text.RegularExpressions;
using SkillFactory.Grading;
using SkillFactory.Grading.Markup;

namespace SkillFactory.Core.Tasks.MultipleChoice;

/// <summary>Reads the choice that an answer names: "B", "(b)", "B. the bank", "Option B - the bank", "\text{(B)}", or the choice's text.
/// The prompt asks for the label, so an answer that is a label means that choice even when it is also the text of another.</summary>
internal static partial class ChoiceGrader
{
    /// <summary>Longest answer that is read, in characters, without what surrounds it.</summary>
    public const int MaxLength = 2048;

    private const string Lead =
        @"^(?:(?:the\s+)?(?:correct\s+|right\s+|final\s+|best\s+)?(?:answer|choice|option)\s*(?:is|:)?\s*:?\s*(?:choice|option)?\s*)?";

    // A label that is a number must be a whole number: "2.5" and "1 - 4" are not choices 2 and 1.
    private const string Mark = @"[)\]](?:\s*[.:,]|\s*[-–—](?=\s))?|[.:,](?![0-9])|\s+[-–—]\s(?!\s*[0-9])|\s?[–—](?!\s*[0-9])";

    /// <exception cref="LimitExceededException">The answer is longer than <see cref="MaxLength"/>.</exception>
    public static Grade Grade(ChoiceGold gold, string answer)
    {
        var text = AnswerMarkup.UnwrapWords(answer);
        if (text.Length > MaxLength)
        {
            throw new LimitExceededException($"more than {MaxLength} characters");
        }

        // A dollar sign that has no partner is one of money: $2 is no label.
        var isMoney = text.Count(c => c == '$') % 2 == 1;
        var lines = text.Split('\n', 2);
        var (head, below) = lines.Length == 2 ? (WithoutMarks(lines[0]), WithoutMarks(lines[1])) : ("", "");
        text = WithoutMarks(text);
        if ((Label(gold, text, isMoney) ?? LabelAbove(gold, head, below, isMoney)) is not { } label)
        {
            return new(
                Outcome.Unparseable,
                Answers.Clip(answer),
                text.Length == 0 ? "the answer is empty" : "the answer names no choice, or more than one"
            );
        }

        var grade =
            label == gold.Right
                ? new Grade(Outcome.Correct, Answers.Clip(answer), "")
                : new Grade(Outcome.Wrong, Answers.Clip(answer), $"{label} is not {gold.Right}");
        return grade with { Canonical = label };
    }

    /// <summary>The label that is alone in the first line, when the lines below it explain it and name no other.</summary>
    private static string? LabelAbove(ChoiceGold gold, string head, string below, bool isMoney) =>
        head.Length > 0
        && LabelPattern().Match(head) is { Success: true } match
        && match.Groups["rest"].Value.Trim().Length == 0
        && Label(gold, head, isMoney) is { } label
        && !NamesAnother(gold, label, below)
        && !RejectionPattern().IsMatch(below)
            ? label
            : null;

    private static string? Label(ChoiceGold gold, string text, bool isMoney)
    {
        var match = LabelPattern().Match(text);
        var label = match.Success && !isMoney ? Known(gold, match.Groups["label"].Value) : null;
        var rest = match.Groups["rest"].Value.Trim();
        if (label is not null && rest.Length == 0)
        {
            return label;
        }

        if (gold.Choices.Where(c => Same(c.Text, text)).ToList() is { Count: > 0 } named)
        {
            return named is [var only] ? only.Label : null;
        }

        if (label is null || gold.Choices.Any(c => c.Label == label && (Same(c.Text, rest) || Same(c.Text, Inside(rest)))))
        {
            return label;
        }

        // The text after the label must be the choice's text, or be separated from the label: "A) a bank" is choice A, "A bank" is not.
        return
            match.Groups["mark"].Length > 0
            && !RejectionPattern().IsMatch(rest)
            && !gold.Choices.Any(c => Same(c.Text, rest))
            && !NamesAnother(gold, label, rest)
            ? label
            : null;
    }

    /// <summary>The text within brackets around all of it.</summary>
    private static string Inside(string text) => text is ['(', .., ')'] or ['[', .., ']'] ? text[1..^1] : text;

    private static string? Known(ChoiceGold gold, string label) =>
        gold.Choices.Count == 0
            ? (
                label.Equals(gold.Right, StringComparison.OrdinalIgnoreCase) ? gold.Right
                : label.Length == 1 ? label.ToUpperInvariant()
                : null
            )
            : gold.Choices.FirstOrDefault(c => c.Label == label)?.Label
                ?? gold.Choices.FirstOrDefault(c => c.Label.Equals(label, StringComparison.OrdinalIgnoreCase))?.Label;

    /// <summary>Whether another label follows as a separate word: "B, C", "B) or C)", "B, c". A lone A or I may be an English
    /// word.</summary>
    private static bool NamesAnother(ChoiceGold gold, string label, string rest) =>
        (OnlyLabelPattern().Match(rest) is { Success: true } only && Known(gold, only.Groups["label"].Value) is { } alone && alone != label)
        || OtherLabelPattern()
            .Matches(rest)
            .Any(m =>
                m.Groups["label"].Value is var other
                && other != label
                && (gold.Choices.Count == 0 || gold.Choices.Any(c => c.Label == other))
                && !(other is "A" or "I" && m.Groups["mark"].Length == 0)
            );

    private static bool Same(string choice, string text) => Folded(choice) == Folded(text) && Folded(choice).Length > 0;

    private static string Folded(string text) => WithoutMarks(text).TrimEnd('.', ' ').ToUpperInvariant();

    private static string WithoutMarks(string text) =>
        Whitespace
            .Collapse(
                text.Replace("*", "", StringComparison.Ordinal)
                    .Replace("`", "", StringComparison.Ordinal)
                    .Replace("$", "", StringComparison.Ordinal)
            )
            .Trim('"', '\'', ' ');

    [GeneratedRegex(
        Lead + @"[(\[]?(?<label>[A-Za-z0-9]{1,3})(?<mark>" + Mark + @")?(?<rest>$|\s.*|(?<=[)\].:,–—]\s?|[-–—]\s).*)$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline
    )]
    private static partial Regex LabelPattern();

    /// <summary>"no", "wrong": a word that rejects the label before it.</summary>
    [GeneratedRegex(@"^(?:is\s+|it'?s\s+)?(?:no|wrong|incorrect|false|not\s+(?:correct|right|true|it))\W*$", RegexOptions.IgnoreCase)]
    private static partial Regex RejectionPattern();

    [GeneratedRegex(@"^(?:(?:and|or)\b|[&/,\s])*[(\[]?(?<label>[A-Za-z0-9]{1,3})[)\].:,]*$", RegexOptions.IgnoreCase)]
    private static partial Regex OnlyLabelPattern();

    [GeneratedRegex(@"(?<![A-Za-z0-9'])(?<label>[A-Z0-9]{1,3})(?<mark>[)\].:,])?(?![A-Za-z0-9'])")]
    private static partial Regex OtherLabelPattern();
}
