using System.Globalization;
using System.Text.Json;
using SkillFactory.Core.Tasks.Files;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Core.Tasks.MultipleChoice;

/// <summary>Reads the choices of a row and the right one among them.</summary>
internal static class ChoiceColumns
{
    public const string Choices = "choicesColumn";
    public const string Answer = "answerColumn";
    public const string WrongAnswers = "wrongAnswerColumns";

    private const int MaxChoices = 26;
    private const string Expected = "lists 'label' and 'text' of equal length, a list of objects with label and text, or a list of texts";

    public static ChoiceGold Read(QuestionRow row, string question)
    {
        if (row.Column(WrongAnswers) is { } wrong)
        {
            return FromColumns(row, question, wrong.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }

        var value = row.Value(Choices, Expected);
        var labelled =
            value.ValueKind == JsonValueKind.Object
            || (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Any(c => c.ValueKind == JsonValueKind.Object));
        var choices = value.ValueKind == JsonValueKind.Object ? OfLists(row, value) : OfItems(row, value);
        Check(row, Choices, choices);
        return new ChoiceGold(Right(row, choices, labelled), choices);
    }

    private static List<Choice> OfLists(QuestionRow row, JsonElement value)
    {
        if (!value.TryGetProperty("label", out var labels) || !value.TryGetProperty("text", out var texts))
        {
            throw row.Bad(Choices, TableRow.Describe(value), Expected);
        }

        var (l, t) = (row.List(Choices, labels, Expected), row.List(Choices, texts, Expected));
        return l.Count == t.Count
            ?
            [
                .. l.Zip(t, (label, text) =>
                    new Choice(row.Text(Choices, label, "a label").Trim(), row.Text(Choices, text, "a choice's text").Trim())
                ),
            ]
            : throw row.Bad(Choices, $"{l.Count} labels and {t.Count} texts", "as many labels as texts");
    }

    private static List<Choice> OfItems(QuestionRow row, JsonElement value) =>
        [
            .. row.List(Choices, value, Expected)
                .Select(
                    (item, i) =>
                        item.ValueKind != JsonValueKind.Object ? new Choice(LabelAt(i), row.Text(Choices, item, "a choice's text").Trim())
                        : item.TryGetProperty("label", out var label) && item.TryGetProperty("text", out var text)
                            ? new Choice(row.Text(Choices, label, "a label").Trim(), row.Text(Choices, text, "a choice's text").Trim())
                        : throw row.Bad(Choices, TableRow.Describe(item), Expected)
                ),
        ];

    private static ChoiceGold FromColumns(QuestionRow row, string question, string[] wrongColumns)
    {
        var right = row.Text(Answer).Trim();
        var texts = wrongColumns
            .Select(c => row.TextOf(c).Trim())
            .Prepend(right)
            .OrderBy(t => QuestionIdentity.Of("order of choices", $"{question}|{t}").Hash)
            .ToList();
        var choices = texts.Select((text, i) => new Choice(LabelAt(i), text)).ToList();
        Check(row, Answer, choices);
        return new ChoiceGold(choices.First(c => c.Text == right).Label, choices);
    }

    private static void Check(QuestionRow row, string setting, List<Choice> choices)
    {
        if (choices.Count is < 2 or > MaxChoices)
        {
            throw row.Bad(setting, $"{choices.Count} choices", $"2 to {MaxChoices}");
        }

        if (choices.FirstOrDefault(c => !ChoiceGold.IsLabel(c.Label)) is { } odd)
        {
            throw row.Bad(setting, $"the label {TableRow.Quoted(odd.Label)}", "labels of 1 to 3 letters or digits");
        }

        if (choices.FirstOrDefault(c => c.Text.Length == 0) is { } empty)
        {
            throw row.Bad(setting, $"choice {empty.Label} without text", "a text for every choice");
        }

        if (Repeated(choices.Select(c => c.Label.ToUpperInvariant())) is { } label)
        {
            throw row.Bad(setting, $"the label {label} twice", "every label once");
        }

        if (Repeated(choices.Select(c => Whitespace.Collapse(c.Text))) is { } text)
        {
            throw row.Bad(setting, $"the choice {TableRow.Quoted(text)} twice", "every choice once");
        }
    }

    private static string Right(QuestionRow row, List<Choice> choices, bool labelled)
    {
        var expected =
            $"one of the labels {string.Join(", ", choices.Select(c => c.Label))}"
            + $"{(labelled ? "" : ", the position of a choice from 0,")} or the text of a choice";
        var value = row.Value(Answer, expected);
        var text = row.Text(Answer, expected).Trim();
        var isPosition = !labelled && value.ValueKind == JsonValueKind.Number;
        var named = isPosition
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
                ? choices.ElementAtOrDefault(at)
                : null
            : choices.Find(c => c.Label == text) ?? choices.Find(c => c.Label.Equals(text, StringComparison.OrdinalIgnoreCase));
        var spelled = choices.Find(c => Whitespace.Collapse(c.Text) == Whitespace.Collapse(text));
        if (!labelled && named is not null && spelled is not null && named != spelled)
        {
            // The file does not write the labels, so its answers may be meant in either way.
            throw row.Bad(
                Answer,
                $"{TableRow.Quoted(text)}, which is the {(isPosition ? "position" : "label")} of {TableRow.Quoted(named.Text)} "
                    + $"and the text of choice {spelled.Label}",
                "an answer that means one choice; give the choices labels of their own, and the label as the answer"
            );
        }

        return (named ?? spelled)?.Label ?? throw row.Bad(Answer, TableRow.Quoted(text), expected);
    }

    private static string LabelAt(int index) => ((char)('A' + index)).ToString();

    private static string? Repeated(IEnumerable<string> items) => items.GroupBy(i => i).FirstOrDefault(g => g.Count() > 1)?.Key;
}
