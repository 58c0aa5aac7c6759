using System.Text.Json;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.Conversations;

/// <summary>Reads one turn: its role, its text and its thinking. Refuses what would change the training and is not supported.</summary>
internal sealed class TurnReader(ColumnReads reads, string column)
{
    private const string Known = "system (developer), user (human) or assistant (gpt)";

    private static readonly IReadOnlyList<string> Tools = ["tool_calls", "function_call", "tool_call_id"];
    private static readonly IReadOnlyList<(string Role, string Content)> Forms = [("role", "content"), ("from", "value")];

    private TableRow Row => reads.Row;

    /// <exception cref="BadRowException">The turn has another form, or something that is not supported.</exception>
    public ConversationTurn Read(JsonElement turn, int index)
    {
        var place = $"{column}[{index}]";
        if (turn.ValueKind != JsonValueKind.Object)
        {
            throw Row.Bad(place, TableRow.Describe(turn), "a turn: an object with from and value, or with role and content");
        }

        var form = turn.TryGetProperty("role", out _) ? Forms[0] : Forms[1];
        var tag = RoleOf(turn, place, form.Role);
        var role = ConversationRoles.Parse(tag) ?? throw Row.Bad($"{place}.{form.Role}", TableRow.Quoted(tag), $"one of {Known}");
        RefuseTools(turn, place);
        var (text, thinking) = ContentOf(turn, place, form.Content);
        CheckMembers(turn, place, form, role == ConversationRoles.Assistant);
        foreach (var (member, value) in ThinkingOf(turn, place).Concat(thinking))
        {
            text =
                role == ConversationRoles.Assistant
                    ? Thinking.Join(Row, member, value, text)
                    : throw Row.Bad(member, TableRow.Quoted(value), $"nothing, as the turn is of the role {role}");
        }

        return new ConversationTurn(role, text);
    }

    private string RoleOf(JsonElement turn, string place, string member) =>
        !turn.TryGetProperty(member, out var role) ? throw Row.Bad(place, TableRow.Describe(turn), $"'{member}' as one of {Known}")
        : role.ValueKind == JsonValueKind.String ? Row.Text($"{place}.{member}", role)
        : throw Row.Bad($"{place}.{member}", TableRow.Describe(role), "text");

    private void RefuseTools(JsonElement turn, string place)
    {
        foreach (var name in Tools)
        {
            if (turn.TryGetProperty(name, out var value) && ColumnReads.HasContent(value))
            {
                throw Row.Bad($"{place}.{name}", TableRow.Describe(value), "nothing: calls of tools are not trained on here");
            }
        }
    }

    /// <summary>The text of a turn: a text, or a list of parts of text and of thinking.</summary>
    private (string Text, IReadOnlyList<(string Member, string Value)> Thinking) ContentOf(JsonElement turn, string place, string member)
    {
        if (!turn.TryGetProperty(member, out var content))
        {
            throw Row.Bad(place, TableRow.Describe(turn), $"'{member}' with text");
        }

        place = $"{place}.{member}";
        if (content.ValueKind != JsonValueKind.Array)
        {
            return content.ValueKind == JsonValueKind.String
                ? (Row.Text(place, content), [])
                : throw Row.Bad(place, TableRow.Describe(content), "text");
        }

        var (texts, thinking) = (new List<string>(), new List<(string, string)>());
        foreach (var (i, part) in content.EnumerateArray().Index())
        {
            var at = $"{place}[{i}]";
            var type =
                part.ValueKind == JsonValueKind.Object
                && part.TryGetProperty("type", out var named)
                && named.ValueKind == JsonValueKind.String
                    ? Row.Text($"{at}.type", named)
                    : throw Row.Bad(at, TableRow.Describe(part), "a part: an object with type and text");
            var key = type == "thinking" ? type : "text";
            if (type is not ("text" or "input_text" or "output_text" or "thinking" or "reasoning"))
            {
                throw Row.Bad($"{at}.type", TableRow.Quoted(type), "text or thinking: other parts are not supported");
            }

            var text =
                part.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
                    ? Row.Text($"{at}.{key}", value)
                    : throw Row.Bad(at, TableRow.Describe(part), $"'{key}' with text");
            if (type is "thinking" or "reasoning")
            {
                thinking.Add(($"{at}.{key}", text));
            }
            else
            {
                texts.Add(text);
            }
        }

        return thinking.Count > 1
            ? throw Row.Bad(place, $"{thinking.Count} parts of thinking", "one, before the text")
            : (string.Concat(texts), thinking);
    }

    private IEnumerable<(string Member, string Value)> ThinkingOf(JsonElement turn, string place)
    {
        foreach (var name in Thinking.Columns)
        {
            if (turn.TryGetProperty(name, out var value) && ColumnReads.HasContent(value))
            {
                yield return value.ValueKind == JsonValueKind.String
                    ? ($"{place}.{name}", Row.Text($"{place}.{name}", value))
                    : throw Row.Bad($"{place}.{name}", TableRow.Describe(value), "the thinking as text");
            }
        }
    }

    /// <summary>Checks the marks of loss and notes members without a use.</summary>
    private void CheckMembers(JsonElement turn, string place, (string Role, string Content) form, bool carriesLoss)
    {
        foreach (var member in turn.EnumerateObject().Where(m => ColumnReads.HasContent(m.Value)))
        {
            var at = $"{place}.{member.Name}";
            if (LossMarks.OfTurns.Contains(member.Name))
            {
                LossMarks.Check(Row, at, member.Value, carriesLoss);
            }
            else if (LossMarks.OfParts.Contains(member.Name))
            {
                throw Row.Bad(at, TableRow.Describe(member.Value), "nothing: loss on parts of a response is not supported");
            }
            else if (Thinking.Unread.Contains(member.Name) && !ThinkingOf(turn, place).Any())
            {
                throw Row.Bad(at, TableRow.Describe(member.Value), Thinking.NotRead);
            }
            else if (
                Forms.Any(f => f.Content == member.Name && f != form)
                && !JsonElement.DeepEquals(member.Value, turn.GetProperty(form.Content))
            )
            {
                throw Row.Bad(at, TableRow.Describe(member.Value), $"nothing, or the text of '{form.Content}'");
            }
            else if (!Forms.Any(f => f.Role == member.Name || f.Content == member.Name) && !Thinking.Columns.Contains(member.Name))
            {
                reads.AddUnused($"{column}[].{member.Name}");
            }
        }
    }
}
