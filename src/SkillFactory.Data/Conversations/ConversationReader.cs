using System.Text.Json;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.Conversations;

/// <summary>Reads the turns of a row in any of the supported formats.</summary>
internal static class ConversationReader
{
    /// <summary>Columns of turns, in the order in which they are looked for.</summary>
    public static IReadOnlyList<string> TurnColumns { get; } = ["conversations", "messages"];

    /// <summary>Columns that our own files have beside the turns.</summary>
    private static readonly IReadOnlyList<string> OwnColumns =
    [
        "attempts",
        "attempt_correct",
        "variants",
        "reflections",
        "model",
        "weights_version",
    ];

    /// <exception cref="BadRowException">The row has no turns, or they are not of the expected form.</exception>
    public static Conversation Read(ColumnReads reads)
    {
        var row = reads.Row;
        List<(string Column, JsonElement Value)> given =
        [
            .. TurnColumns.Select(c => (c, reads.Find(c))).Where(c => c.Item2 is not null).Select(c => (c.c, c.Item2!.Value)),
        ];
        var column = given.Count > 0 ? given[0].Column : TurnColumns[0];
        var value = given.Count > 0 ? given[0].Value : row.Value(column, $"a list of turns, or a column '{TurnColumns[1]}' with one");
        var turns = Turns(reads, column, value);
        if (given.Count > 1 && !Turns(reads, given[1].Column, given[1].Value).SequenceEqual(turns))
        {
            throw row.Bad(given[1].Column, "other turns than in conversations", "the same turns, or one of the two columns");
        }

        return Read(reads, column, turns);
    }

    /// <summary>A conversation with turns that were read from one or several columns.</summary>
    /// <param name="column">Named in errors about the turns.</param>
    /// <exception cref="BadRowException">The turns have another order, or the row another system message.</exception>
    public static Conversation Read(ColumnReads reads, string column, List<ConversationTurn> turns)
    {
        var row = reads.Row;
        if (reads.Text(ConversationRoles.System) is { } system)
        {
            if (turns is not [{ Role: ConversationRoles.System }, ..])
            {
                turns.Insert(0, new ConversationTurn(ConversationRoles.System, system));
            }
            else if (turns[0].Content.Trim() != system.Trim())
            {
                throw row.Bad(
                    ConversationRoles.System,
                    TableRow.Quoted(system),
                    $"nothing, or the text of the system turn {TableRow.Quoted(turns[0].Content)}"
                );
            }
        }

        var first = turns is [{ Role: ConversationRoles.System }, ..] ? 1 : 0;
        if (
            turns.Count <= first
            || (turns.Count - first) % 2 != 0
            || turns.Skip(first).Index().Any(t => t.Item.Role != (t.Index % 2 == 0 ? ConversationRoles.User : ConversationRoles.Assistant))
        )
        {
            throw row.Bad(
                column,
                turns.Count == 0 ? "no turns" : $"the turns {string.Join(", ", turns.Select(t => t.Role))}",
                "user and assistant in turn, ending with the assistant, after at most one system turn"
            );
        }

        foreach (var own in OwnColumns)
        {
            reads.Find(own);
        }

        return new Conversation(
            Optional(reads, "id") ?? $"row-{row.Number}",
            Optional(reads, "question_id"),
            Optional(reads, "format"),
            turns
        );
    }

    /// <summary>The turns of a column.</summary>
    /// <exception cref="BadRowException">The value is not a list of turns.</exception>
    public static List<ConversationTurn> Turns(ColumnReads reads, string column, JsonElement value) =>
        [.. reads.Row.List(column, value, "a list of turns").Select(new TurnReader(reads, column).Read)];

    private static string? Optional(ColumnReads reads, string column) =>
        reads.Find(column) is { ValueKind: JsonValueKind.String or JsonValueKind.Number } value ? reads.Row.Text(column, value) : null;
}
