using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.MultipleChoice;

/// <summary>The gold of a multiple-choice question, written in <see cref="Question.Gold"/> as the right label on the first line and one
/// line "label, tab, text" per choice. A label alone is also a gold; then any letter is accepted as a choice.</summary>
public sealed record ChoiceGold(string Right, IReadOnlyList<Choice> Choices)
{
    private const int MaxLabelLength = 3;

    public override string ToString() => string.Join('\n', Choices.Select(c => $"{c.Label}\t{Spaced(c.Text)}").Prepend(Right));

    /// <exception cref="UserErrorException">The text does not follow the notation.</exception>
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
                $"question {questionId}: gold '{Grading.Answers.Clip(text.ReplaceLineEndings(" "))}' is not a multiple_choice gold; "
                    + "expected a label such as B, then optionally a line 'label, tab, text' for each choice, including that label"
            );
    }

    public static bool IsLabel(string text) => text.Length is > 0 and <= MaxLabelLength && text.All(char.IsAsciiLetterOrDigit);

    private static string Spaced(string text) => Whitespace.Collapse(text);
}
