using System.Text.Json.Serialization;
using SkillFactory.Core.Errors;

namespace SkillFactory.Core.Datasets;

/// <summary>One row of a ShareGPT file, as JSON and as Parquet: <c>conversations</c> is a list of structs of <c>from</c> and
/// <c>value</c>, the layout LLaMA-Factory reads with its default tags.</summary>
internal sealed class ShareGptRow
{
    [JsonPropertyName("id")]
    public string? Id { get; set; }

    [JsonPropertyName("question_id")]
    public string? QuestionId { get; set; }

    [JsonPropertyName("format")]
    public string? Format { get; set; }

    [JsonPropertyName("conversations")]
    public List<ShareGptTurn>? Conversations { get; set; }

    public static ShareGptRow Of(Conversation c) => new()
    {
        Id = c.Id,
        QuestionId = c.QuestionId,
        Format = c.Format,
        Conversations = [.. c.Turns.Select(t => new ShareGptTurn { From = ConversationRoles.ToShareGpt(t.Role), Value = t.Content })],
    };

    public Conversation ToConversation(long row, string place) => ConversationCheck.Make(
        Id, QuestionId, Format, Conversations?.Select(t => (t?.From, t?.Value)).ToList(), row, place, "conversations", "from", "value", ConversationRoles.ShareGptTags);
}

internal sealed class ShareGptTurn
{
    [JsonPropertyName("from")]
    public string? From { get; set; }

    [JsonPropertyName("value")]
    public string? Value { get; set; }
}

/// <summary>One row of a messages file (the chat format of most trainers).</summary>
internal sealed class MessagesRow
{
    [JsonPropertyName("id")]
    public string? Id { get; set; }

    [JsonPropertyName("question_id")]
    public string? QuestionId { get; set; }

    [JsonPropertyName("format")]
    public string? Format { get; set; }

    [JsonPropertyName("messages")]
    public List<MessagesTurn>? Messages { get; set; }

    public static MessagesRow Of(Conversation c) => new()
    {
        Id = c.Id,
        QuestionId = c.QuestionId,
        Format = c.Format,
        Messages = [.. c.Turns.Select(t => new MessagesTurn { Role = t.Role, Content = t.Content })],
    };

    public Conversation ToConversation(long row, string place) => ConversationCheck.Make(
        Id, QuestionId, Format, Messages?.Select(t => (t?.Role, t?.Content)).ToList(), row, place, "messages", "role", "content", ConversationRoles.All);
}

internal sealed class MessagesTurn
{
    [JsonPropertyName("role")]
    public string? Role { get; set; }

    [JsonPropertyName("content")]
    public string? Content { get; set; }
}

/// <summary>Checks a row and turns it into a conversation.</summary>
internal static class ConversationCheck
{
    public static Conversation Make(
        string? id,
        string? questionId,
        string? format,
        IReadOnlyList<(string? Role, string? Content)>? turns,
        long row,
        string place,
        string column,
        string roleKey,
        string contentKey,
        IReadOnlyList<string> tags)
    {
        UserErrorException Error(string problem) => new($"{place}: {problem}");
        if (turns is null)
        {
            throw Error($"the column '{column}' is missing; expected a list of turns");
        }

        var made = new List<ConversationTurn>(turns.Count);
        foreach (var (i, (tag, content)) in turns.Index())
        {
            var at = $"{column}[{i}]";
            if (tag is null)
            {
                throw Error($"{at}: '{roleKey}' is missing; expected one of {string.Join(", ", tags)}");
            }

            var known = tags.Index().FirstOrDefault(t => t.Item == tag, (Index: -1, Item: ""));
            if (known.Index < 0)
            {
                throw Error($"{at}.{roleKey}: found '{tag}'; expected one of {string.Join(", ", tags)}");
            }

            made.Add(new ConversationTurn(ConversationRoles.All[known.Index], content ?? throw Error($"{at}: '{contentKey}' is missing; expected text")));
        }

        var expected = made.Count > 0 && made[0].Role == ConversationRoles.System ? 1 : 0;
        if (made.Count <= expected || (made.Count - expected) % 2 != 0
            || made.Skip(expected).Index().Any(t => t.Item.Role != (t.Index % 2 == 0 ? ConversationRoles.User : ConversationRoles.Assistant)))
        {
            throw Error($"{column}: found the turns {(turns.Count == 0 ? "(none)" : string.Join(", ", turns.Select(t => t.Role)))}; "
                + $"expected {tags[1]} and {tags[2]} in turn, ending with {tags[2]}, after at most one {tags[0]}");
        }

        return new Conversation(id ?? $"row-{row}", questionId, format, made);
    }
}
