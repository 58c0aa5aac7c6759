using System.Globalization;
using System.Text.Json;
using SkillFactory.Core.Datasets;
using SkillFactory.Core.Grading;
using SkillFactory.Core.Prompts;

namespace SkillFactory.Core.Interchange;

/// <summary>
/// Rows of the raw schema of the paper's released datasets: one per question, prompt variant and attempt, with the response, its
/// correctness and the extracted answer as lists of one element (or as the element itself), and a list of critiques.
/// </summary>
/// <param name="columns">Names of the columns.</param>
/// <param name="needsReflections">Whether a row without critiques is of no use.</param>
internal sealed class RawRows(FoundColumns columns, bool needsReflections) : ISourceRows
{
    private const string OneEach = "a list of one, as a row holds one attempt";

    public SourceRow? Read(TableRow row)
    {
        var question = row.Text(columns.Question, row.Value(columns.Question, "the question's text", " (--question-column names another column)"), "the question's text");
        if (question.Length == 0)
        {
            throw row.Bad(columns.Question, "empty text", "the question's text");
        }

        var response = One(row, columns.Response, row.Value(columns.Response, "the response", " (--response-column names another column)"), "the response as text");
        var correct = One(row, columns.Correct, row.Value(columns.Correct, "whether the response is right", " (--correct-column names another column)"), "true or false");
        var extracted = columns.Extracted is { } extractedColumn && row.Value(extractedColumn, "the extracted answer") is { ValueKind: not JsonValueKind.Null } list
            ? One(row, extractedColumn, list, "the extracted answer as text")
            : default;
        return new SourceRow
        {
            Place = row.Place,
            Question = question,
            Variant = columns.Variant is { } variant && row.Value(variant, "the prompt variant") is { ValueKind: not JsonValueKind.Null } name ? row.Text(variant, name) : PromptVariant.Original,
            Response = row.Text(columns.Response, response, "the response as text"),
            Outcome = IsCorrect(row, correct) ? Outcome.Correct : Outcome.Wrong,
            Extracted = extracted.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : row.Text(columns.Extracted!, extracted, "the extracted answer as text"),
            Reflections = Reflections(row),
            Gold = row.Find(columns.Gold) is { ValueKind: not JsonValueKind.Null } gold ? row.Text(columns.Gold, gold, "the gold answer as text") : null,
            Model = columns.Model is { } model && row.Find(model) is { ValueKind: JsonValueKind.String } maker ? row.Text(model, maker) : null,
        };
    }

    private static JsonElement One(TableRow row, string column, JsonElement value, string expected)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return value;
        }

        return value.GetArrayLength() == 1 ? value[0] : throw row.Bad(column, TableRow.Describe(value), $"{expected}, or {OneEach}");
    }

    private bool IsCorrect(TableRow row, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when value.TryGetDouble(out var number) && number is 0 or 1 => value.GetDouble().Equals(1.0),
        _ => throw row.Bad(columns.Correct, TableRow.Describe(value), "true or false"),
    };

    private string[] Reflections(TableRow row)
    {
        var column = columns.Reflections;
        var given = needsReflections ? row.Value(column, "a list of critiques", " (--reflections-column names another column)") : row.Find(column) ?? default;
        if (given.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return [];
        }

        if (given.ValueKind != JsonValueKind.Array)
        {
            throw row.Bad(column, TableRow.Describe(given), "a list of critiques");
        }

        var texts = new string[given.GetArrayLength()];
        var i = 0;
        foreach (var item in given.EnumerateArray())
        {
            texts[i] = item.ValueKind == JsonValueKind.String
                ? row.Text(column, item)
                : throw row.Bad(string.Create(CultureInfo.InvariantCulture, $"{column}[{i}]"), TableRow.Describe(item), "a critique as text");
            i++;
        }

        return texts;
    }
}
