using System.Runtime.CompilerServices;
using System.Text.Json;
using SkillFactory.Cli.Inputs;
using SkillFactory.Core.Tasks;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Cli.Grading;

/// <summary>A response to grade.</summary>
/// <param name="Row">Line or row number in the input, from 1.</param>
internal sealed record ResponseRow(long Row, string? Id, Question Question, string Response, bool Truncated);

/// <summary>Reads and checks the rows of an input file.</summary>
internal sealed class ResponseRows(ITask task, GradeSettings settings, GradeInput input, SkippedRows skipped)
{
    private static readonly string[] DefaultTruncated = ["truncated", "finish_reason", "stop_reason"];
    private const string TruncatedForms = "true or false, 1 or 0, or a finish reason such as length or stop";

    /// <summary>The last gold answer. Rows of one question usually follow each other, so each gold answer is checked only once.</summary>
    private (string Gold, Question Question)? _last;

    /// <exception cref="UserErrorException">Rows cannot be used, and bad rows are not skipped. Thrown after the last row.</exception>
    public async IAsyncEnumerable<ResponseRow> ReadAsync(RowProgress progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = 0L;
        await foreach (var row in TableFile.ReadAsync(input.Path, cancellationToken))
        {
            rows++;
            progress.Report(row.Number, row.Share);
            ResponseRow response;
            try
            {
                response = Read(row);
            }
            catch (BadRowException e)
            {
                skipped.Add(e.Problem with { Place = input.Named(e.Problem.Place) });
                continue;
            }

            if (!skipped.IsRefused)
            {
                yield return response;
            }
        }

        skipped.ThrowIfRefused(settings.Input, rows);
    }

    private ResponseRow Read(TableRow row)
    {
        var gold = row.Text(
            settings.GoldColumn,
            row.Value(settings.GoldColumn, "the gold answer", " (--gold-column names another column)"),
            "the gold answer as text"
        );
        var response = row.Text(
            settings.ResponseColumn,
            row.Value(settings.ResponseColumn, "the response", " (--response-column names another column)"),
            "the response as text"
        );
        var question = row.Find(settings.QuestionColumn) is { ValueKind: not JsonValueKind.Null } text
            ? row.Text(settings.QuestionColumn, text)
            : "";
        var id = row.Find(settings.IdColumn) is { ValueKind: not JsonValueKind.Null } name ? row.Text(settings.IdColumn, name) : null;
        return new ResponseRow(row.Number, id, QuestionOf(row, gold) with { Text = question }, response, Truncated(row));
    }

    private Question QuestionOf(TableRow row, string gold)
    {
        if (_last is { } last && last.Gold == gold)
        {
            return last.Question;
        }

        try
        {
            var question = task.FromGold(row.Place, "", gold);
            _last = (gold, question);
            return question;
        }
        catch (UserErrorException e)
        {
            throw row.Bad(settings.GoldColumn, TableRow.Quoted(gold), $"a gold answer of the task {task.Name}: {e.Message}");
        }
    }

    private bool Truncated(TableRow row)
    {
        var column = settings.TruncatedColumn ?? DefaultTruncated.FirstOrDefault(c => row.Find(c) is not null) ?? DefaultTruncated[0];
        var value = settings.TruncatedColumn is null ? row.Find(column) : row.Value(column, TruncatedForms);
        return value is { ValueKind: not JsonValueKind.Null } given
            && (
                given.ValueKind switch
                {
                    JsonValueKind.True => true,
                    JsonValueKind.False => false,
                    _ => row.Text(column, given, TruncatedForms).ToUpperInvariant() switch
                    {
                        "TRUE" or "1" or "LENGTH" or "MAX_TOKENS" or "MAX_OUTPUT_TOKENS" or "MODEL_LENGTH" or "CONTENT_FILTER" => true,
                        "FALSE" or "0" or "STOP" or "EOS" or "EOS_TOKEN" or "END_TURN" or "STOP_SEQUENCE" or "TOOL_CALLS" or "TOOL_USE" =>
                            false,
                        _ => throw row.Bad(column, TableRow.Describe(given), TruncatedForms),
                    },
                }
            );
    }
}
