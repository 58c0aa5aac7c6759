using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using SkillFactory.Core.Prompts;
using SkillFactory.Grading;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>
/// Reads the raw schema of the paper's released datasets: one row per question, prompt variant and attempt, with the response, its
/// correctness and the extracted answer as lists of one element (or the element itself), and a list of reflections.
/// </summary>
/// <param name="columns">Names of the columns.</param>
/// <param name="needsReflections">Whether the column of reflections is required.</param>
internal sealed class RawRows(FoundColumns columns, bool needsReflections) : ISourceRows
{
    /// <summary>The variant of all rows of a file without a variant column.</summary>
    private static readonly RowValue Original = RowValue.OfText(Encoding.UTF8.GetBytes(PromptVariant.Original));

    private const string OneEach = "a list of one, as a row holds one attempt";

    public bool TryRead(TableRow row, out SourceFields fields)
    {
        var question = row.Get(columns.Question, "the question's text", " (--question-column names another column)");
        if (question is { Kind: JsonValueKind.String, Utf8.IsEmpty: true })
        {
            throw row.Bad(columns.Question, "empty text", "the question's text");
        }

        var response = One(
            row,
            columns.Response,
            row.Get(columns.Response, "the response", " (--response-column names another column)"),
            "the response as text"
        );
        var correct = One(
            row,
            columns.Correct,
            row.Get(columns.Correct, "whether the response is right", " (--correct-column names another column)"),
            "true or false"
        );
        fields = new SourceFields
        {
            Question = new SourceField(columns.Question, question, "the question's text"),
            Variant =
                columns.Variant is { } variant && row.Get(variant, "the prompt variant") is { Kind: not JsonValueKind.Null } name
                    ? new SourceField(variant, name)
                    : new SourceField("", Original),
            Response = new SourceField(columns.Response, response, "the response as text"),
            Outcome = IsCorrect(row, correct) ? Outcome.Correct : Outcome.Wrong,
            Extracted = Extracted(row),
            Reflections = Reflections(row),
            Gold =
                row.TryGet(columns.Gold, out var gold) && gold.Kind != JsonValueKind.Null
                    ? new SourceField(columns.Gold, gold, "the gold answer as text")
                    : default,
            Model =
                columns.Model is { } model && row.TryGet(model, out var maker) && maker.Kind == JsonValueKind.String
                    ? new SourceField(model, maker)
                    : default,
        };
        return true;
    }

    private SourceField Extracted(TableRow row)
    {
        const string Expected = "the extracted answer as text";
        if (columns.Extracted is not { } column || row.Get(column, "the extracted answer") is not { Kind: not JsonValueKind.Null } given)
        {
            return default;
        }

        var answer = One(row, column, given, Expected);
        return answer.Kind == JsonValueKind.Null ? default : new SourceField(column, answer, Expected);
    }

    private static RowValue One(TableRow row, string column, RowValue value, string expected)
    {
        if (value.Kind != JsonValueKind.Array)
        {
            return value;
        }

        return value.Items is [var item] ? item : throw row.Bad(column, value, $"{expected}, or {OneEach}");
    }

    private bool IsCorrect(TableRow row, RowValue value) =>
        value.Kind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number
                when Utf8Parser.TryParse(value.Utf8.Span, out double number, out var read)
                    && read == value.Utf8.Length
                    && number is 0 or 1 => number.Equals(1.0),
            JsonValueKind.String when IsWord(value, "true"u8, "True"u8) => true,
            JsonValueKind.String when IsWord(value, "false"u8, "False"u8) => false,
            _ => throw row.Bad(columns.Correct, value, "true or false"),
        };

    /// <summary>CSV has no truth values; pandas writes them with a capital letter.</summary>
    private static bool IsWord(in RowValue value, ReadOnlySpan<byte> word, ReadOnlySpan<byte> capital) =>
        value.Utf8.Span.SequenceEqual(word) || value.Utf8.Span.SequenceEqual(capital);

    private SourceField Reflections(TableRow row)
    {
        var column = columns.Reflections;
        if (!row.TryGet(column, out var given))
        {
            return needsReflections
                ? new SourceField(column, row.Get(column, "a list of reflections", " (--reflections-column names another column)"))
                : default;
        }

        return given.Kind switch
        {
            JsonValueKind.Null => default,
            JsonValueKind.Array => new SourceField(column, given, "a reflection as text"),
            JsonValueKind.String when ListText.Parse(given.Utf8.Span) is { } list => new SourceField(
                column,
                RowValue.Of(list),
                "a reflection as text"
            ),
            _ => throw row.Bad(column, given, "a list of reflections"),
        };
    }
}
