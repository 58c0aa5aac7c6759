using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.MultipleChoice;

/// <summary>One choice of a question.</summary>
/// <param name="Label">"A", "B", … or whatever the file calls it.</param>
public sealed record Choice(string Label, string Text);

/// <summary>What a multiple-choice answer is graded against, in the notation of <see cref="Question.Gold"/>: the right label on the first line,
/// then a line "label, tab, text" per choice. The label alone is a gold too; then any letter is taken as a choice.</summary>
public sealed record ChoiceGold(string Right, IReadOnlyList<Choice> Choices)
{
    private const int LongestLabel = 3;

    public override string ToString() => string.Join('\n', Choices.Select(c => $"{c.Label}\t{Spaced(c.Text)}").Prepend(Right));

    /// <exception cref="UserErrorException">The text is not in the notation.</exception>
    public static ChoiceGold Parse(string text, string questionId)
    {
        var lines = text.Split('\n');
        var choices = new List<Choice>();
        foreach (var line in lines.Skip(1))
        {
            var parts = line.Split('\t', 2);
            choices.Add(parts.Length == 2 && IsLabel(parts[0]) ? new Choice(parts[0], parts[1]) : throw Bad());
        }

        var right = lines[0].Trim();
        return IsLabel(right) && (choices.Count == 0 || choices.Any(c => c.Label == right)) ? new(right, choices) : throw Bad();

        UserErrorException Bad() =>
            new(
                $"question {questionId}: gold '{Grading.Answers.Clip(text.ReplaceLineEndings(" "))}' is not a multiple_choice gold; expected a label such as B, then perhaps a line 'label, tab, text' for each choice, the label's among them"
            );
    }

    public static bool IsLabel(string text) => text.Length is > 0 and <= LongestLabel && text.All(char.IsAsciiLetterOrDigit);

    private static string Spaced(string text) => Whitespace.Collapse(text);
}
