using System.Runtime.CompilerServices;
using System.Text.Json;
using SkillFactory.Core.Traces;
using SkillFactory.Data.Conversations;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.ImportedTraces;

/// <summary>Columns named by the user. If null, the common names are tried.</summary>
public sealed record ImportedTraceColumns(string? Question = null, string? Response = null, string? Gold = null);

/// <summary>
/// Streams imported traces (of R1, QwQ, a frontier model) from JSON lines or Parquet. A row is a conversation (see
/// <see cref="ConversationFiles"/>) with one question and one response, or has the question and the response in two columns.
/// </summary>
public static class ImportedTraceFile
{
    /// <summary>Name of the turns in error messages.</summary>
    private const string Turns = "conversations";

    private static readonly string[] TurnColumns = [Turns, "messages"];
    private static readonly string[] QuestionNames = ["question", "prompt", "problem", "instruction"];
    private static readonly string[] ResponseNames = ["response", "completion", "output", "solution", "trace"];
    private static readonly string[] GoldNames = ["gold", "answer", "ground_truth"];

    /// <param name="path">The file.</param>
    /// <param name="columns">The columns that the user named.</param>
    /// <param name="skipped">Receives rows that cannot be used. If null, such a row is an error.</param>
    /// <exception cref="UserErrorException">The file is missing, empty or damaged, or a row cannot be used.</exception>
    public static async IAsyncEnumerable<ImportedTrace> ReadAsync(
        string path,
        ImportedTraceColumns columns,
        Action<RowProblem>? skipped = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await foreach (var row in TableFile.ReadAsync(path, cancellationToken))
        {
            if (Read(row, columns, skipped) is { } trace)
            {
                yield return trace;
            }
        }
    }

    private static ImportedTrace? Read(TableRow row, ImportedTraceColumns columns, Action<RowProblem>? skipped)
    {
        try
        {
            return Read(row, columns);
        }
        catch (BadRowException e) when (skipped is not null)
        {
            skipped(e.Problem);
            return null;
        }
        catch (BadRowException e)
        {
            throw e.Problem.ToError();
        }
    }

    private static ImportedTrace Read(TableRow row, ImportedTraceColumns columns)
    {
        var gold =
            columns.Gold is not null ? row.Text(columns.Gold)
            : GoldNames.FirstOrDefault(name => Given(row, name)) is { } found ? row.Text(found)
            : null;
        return columns.Question is null && columns.Response is null && TurnColumns.Any(name => Given(row, name))
            ? OfConversation(row, gold)
            : new ImportedTrace(
                row.Place,
                row.Number,
                Given(row, "system") ? row.Text("system") : null,
                Text(row, columns.Question ?? NameOf(row, QuestionNames), "a question"),
                Text(row, columns.Response ?? NameOf(row, ResponseNames), "a response"),
                gold
            );
    }

    private static ImportedTrace OfConversation(TableRow row, string? gold)
    {
        var turns = ConversationFiles.Read(row).Turns;
        var system = turns[0].Role == ConversationRoles.System ? turns[0].Content : null;
        return turns.Skip(system is null ? 0 : 1).ToList() is [var question, var response]
            ? new ImportedTrace(
                row.Place,
                row.Number,
                system,
                NotEmpty(row, Turns, question.Content, "a question"),
                NotEmpty(row, Turns, response.Content, "a response"),
                gold
            )
            : throw row.Bad(Turns, $"the turns {string.Join(", ", turns.Select(t => t.Role))}", "one question and one response");
    }

    /// <summary>The first of the common names that the row has; if it has none, the first, for the error message.</summary>
    private static string NameOf(TableRow row, string[] names) => names.FirstOrDefault(name => Given(row, name)) ?? names[0];

    private static bool Given(TableRow row, string column) => row.Find(column) is { ValueKind: not JsonValueKind.Null };

    private static string Text(TableRow row, string column, string expected) => NotEmpty(row, column, row.Text(column, expected), expected);

    private static string NotEmpty(TableRow row, string column, string text, string expected) =>
        string.IsNullOrWhiteSpace(text) ? throw row.Bad(column, "empty text", expected) : text;
}
