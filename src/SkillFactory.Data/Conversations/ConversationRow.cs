using System.Text.Json.Serialization;

namespace SkillFactory.Data.Conversations;

/// <summary>The columns of every conversation file except the turns. Unknown values are omitted in JSON and null in Parquet.</summary>
internal abstract class ConversationRow
{
    [JsonPropertyName("id")]
    [JsonPropertyOrder(-3)]
    public string? Id { get; set; }

    [JsonPropertyName("question_id")]
    [JsonPropertyOrder(-2)]
    public string? QuestionId { get; set; }

    [JsonPropertyName("format")]
    [JsonPropertyOrder(-1)]
    public string? Format { get; set; }

    [JsonPropertyName("attempts")]
    [JsonPropertyOrder(1)]
    public List<string>? Attempts { get; set; }

    [JsonPropertyName("attempt_correct")]
    [JsonPropertyOrder(2)]
    public List<bool>? AttemptCorrect { get; set; }

    [JsonPropertyName("variants")]
    [JsonPropertyOrder(3)]
    public List<string>? Variants { get; set; }

    [JsonPropertyName("reflections")]
    [JsonPropertyOrder(4)]
    public List<string>? Reflections { get; set; }

    [JsonPropertyName("model")]
    [JsonPropertyOrder(5)]
    public string? Model { get; set; }

    [JsonPropertyName("weights_version")]
    [JsonPropertyOrder(6)]
    public long? WeightsVersion { get; set; }

    protected static T Of<T>(Conversation c, T row)
        where T : ConversationRow
    {
        (row.Id, row.QuestionId, row.Format) = (c.Id, c.QuestionId, c.Format);
        if (c.Lineage is { } lineage)
        {
            (row.Attempts, row.AttemptCorrect, row.Reflections) = (
                [.. lineage.Attempts],
                [.. lineage.AttemptCorrect],
                [.. lineage.Reflections]
            );
            row.Variants = lineage.Variants is { } variants ? [.. variants] : null;
            (row.Model, row.WeightsVersion) = (lineage.Model, lineage.WeightsVersion);
        }

        return row;
    }
}

/// <summary>One row of a ShareGPT file, as JSON and as Parquet: <c>conversations</c> is a list of structs of <c>from</c> and
/// <c>value</c>, the layout LLaMA-Factory reads with its default tags.</summary>
internal sealed class ShareGptRow : ConversationRow
{
    [JsonPropertyName("conversations")]
    public List<ShareGptTurn>? Conversations { get; set; }

    public static ShareGptRow Of(Conversation c) =>
        Of(
            c,
            new ShareGptRow
            {
                Conversations =
                [
                    .. c.Turns.Select(t => new ShareGptTurn { From = ConversationRoles.ToShareGpt(t.Role), Value = t.Content }),
                ],
            }
        );
}

internal sealed class ShareGptTurn
{
    [JsonPropertyName("from")]
    public string? From { get; set; }

    [JsonPropertyName("value")]
    public string? Value { get; set; }
}

/// <summary>One row of a messages file (the chat format of most trainers).</summary>
internal sealed class MessagesRow : ConversationRow
{
    [JsonPropertyName("messages")]
    public List<MessagesTurn>? Messages { get; set; }

    public static MessagesRow Of(Conversation c) =>
        Of(c, new MessagesRow { Messages = [.. c.Turns.Select(t => new MessagesTurn { Role = t.Role, Content = t.Content })] });
}

internal sealed class MessagesTurn
{
    [JsonPropertyName("role")]
    public string? Role { get; set; }

    [JsonPropertyName("content")]
    public string? Content { get; set; }
}
