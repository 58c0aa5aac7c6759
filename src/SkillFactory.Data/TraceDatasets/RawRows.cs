using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using SkillFactory.Core.Prompts;
using SkillFactory.Grading;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>
/// Rows of the raw schema of the paper's released datasets: one per question, prompt variant and attempt, with the response, its
/// correctness and the extracted answer as lists of one element (or as the element itself), and a list of reflections.
/// </summary>
/// <param name="columns">Names of the columns.</param>
/// <param name="needsReflections">Whether a row without reflections is of no use.</param>
internal sealed class RawRows(FoundColumns columns, bool needsReflections) : ISourceRows
{
    /// <summary>The variant of a file without variants.</summary>
    private static readonly RowValue Original = RowValue.OfText(Encoding.UTF8.GetBytes(PromptVariant.Original));

    private const string OneEach = "a list of one, as a row holds one attempt";

    public bool TryRead(RowCells row, out SourceFields fields)
    {
        var question = row.Value(columns.Question, "the question's text", " (--question-column names another column)");
        if (question is { Kind: JsonValueKind.String, Bytes.IsEmpty: true })
        {
            throw row.Bad(columns.Question, "empty text", "the question's text");
        }

        var response = One(
            row,
            columns.Response,
            row.Value(columns.Response, "the response", " (--response-column names another column)"),
            "the response as text"
        );
        var correct = One(
            row,
            columns.Correct,
            row.Value(columns.Correct, "whether the response is right", " (--correct-column names another column)"),
            "true or false"
        );
        fields = new SourceFields
        {
            Question = new SourceField(columns.Question, question, "the question's text"),
            Variant =
                columns.Variant is { } variant && row.Value(variant, "the prompt variant") is { Kind: not JsonValueKind.Null } name
                    ? new SourceField(variant, name)
                    : new SourceField("", Original),
            Response = new SourceField(columns.Response, response, "the response as text"),
            Outcome = IsCorrect(row, correct) ? Outcome.Correct : Outcome.Wrong,
            Extracted = Extracted(row),
            Reflections = Reflections(row),
            Gold =
                row.TryFind(columns.Gold, out var gold) && gold.Kind != JsonValueKind.Null
                    ? new SourceField(columns.Gold, gold, "the gold answer as text")
                    : default,
            Model =
                columns.Model is { } model && row.TryFind(model, out var maker) && maker.Kind == JsonValueKind.String
                    ? new SourceField(model, maker)
                    : default,
        };
        return true;
    }

    private SourceField Extracted(RowCells row)
    {
        const string Expected = "the extracted answer as text";
        if (columns.Extracted is not { } column || row.Value(column, "the extracted answer") is not { Kind: not JsonValueKind.Null } given)
        {
            return default;
        }

        var answer = One(row, column, given, Expected);
        return answer.Kind == JsonValueKind.Null ? default : new SourceField(column, answer, Expected);
    }

    private static RowValue One(RowCells row, string column, RowValue value, string expected)
    {
        if (value.Kind != JsonValueKind.Array)
        {
            return value;
        }

        return value.Items is [var item] ? item : throw row.Bad(column, value, $"{expected}, or {OneEach}");
    }

    private bool IsCorrect(RowCells row, RowValue value) =>
        value.Kind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number
                when Utf8Parser.TryParse(value.Bytes.Span, out double number, out var read)
                    && read == value.Bytes.Length
                    && number is 0 or 1 => number.Equals(1.0),
            _ => throw row.Bad(columns.Correct, value, "true or false"),
        };

    private SourceField Reflections(RowCells row)
    {
        var column = columns.Reflections;
        if (!row.TryFind(column, out var given))
        {
            return needsReflections
                ? new SourceField(column, row.Value(column, "a list of reflections", " (--reflections-column names another column)"))
                : default;
        }

        return given.Kind switch
        {
            JsonValueKind.Null => default,
            JsonValueKind.Array => new SourceField(column, given, "a reflection as text"),
            _ => throw row.Bad(column, given, "a list of reflections"),
        };
    }
}
