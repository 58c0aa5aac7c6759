using System.Text.Json;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.Conversations;

/// <summary>Reads the turns of a row in any of the supported formats.</summary>
internal static class ConversationReader
{
    private const string Conversations = "conversations";
    private const string Messages = "messages";
    private const string Known = "system, user (human) or assistant (gpt)";

    /// <exception cref="BadRowException">The row has no turns, or they are not of the expected form.</exception>
    public static Conversation Read(TableRow row)
    {
        var column =
            row.Find(Messages) is { ValueKind: not JsonValueKind.Null }
            && row.Find(Conversations) is null or { ValueKind: JsonValueKind.Null }
                ? Messages
                : Conversations;
        var value = row.Value(column, $"a list of turns, or a column '{Messages}' with one");
        List<ConversationTurn> turns =
        [
            .. row.List(column, value, "a list of turns").Select((turn, i) => Turn(row, $"{column}[{i}]", turn)),
        ];
        if (Optional(row, ConversationRoles.System) is { Length: > 0 } system && turns is not [{ Role: ConversationRoles.System }, ..])
        {
            turns.Insert(0, new ConversationTurn(ConversationRoles.System, system));
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

        return new Conversation(Optional(row, "id") ?? $"row-{row.Number}", Optional(row, "question_id"), Optional(row, "format"), turns);
    }

    private static ConversationTurn Turn(TableRow row, string place, JsonElement turn)
    {
        if (turn.ValueKind != JsonValueKind.Object)
        {
            throw row.Bad(place, TableRow.Describe(turn), "a turn: an object with from and value, or with role and content");
        }

        var (roleKey, contentKey) = turn.TryGetProperty("role", out _) ? ("role", "content") : ("from", "value");
        var tag = Member(roleKey, $"'{roleKey}' as one of {Known}");
        return new ConversationTurn(
            ConversationRoles.Parse(tag) ?? throw row.Bad($"{place}.{roleKey}", TableRow.Quoted(tag), $"one of {Known}"),
            Member(contentKey, $"'{contentKey}' with text")
        );

        string Member(string key, string expected) =>
            turn.TryGetProperty(key, out var value)
                ? value.ValueKind == JsonValueKind.String
                    ? row.Text($"{place}.{key}", value)
                    : throw row.Bad($"{place}.{key}", TableRow.Describe(value), "text")
                : throw row.Bad(place, TableRow.Describe(turn), expected);
    }

    private static string? Optional(TableRow row, string column) =>
        row.Find(column) is { ValueKind: JsonValueKind.String or JsonValueKind.Number } value ? row.Text(column, value) : null;
}
