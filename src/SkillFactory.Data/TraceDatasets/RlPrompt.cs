using System.Text.Json.Serialization;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>A question in the format of verl: the prompt messages and the arguments of the reward function.</summary>
internal sealed class RlPrompt
{
    /// <summary>Selects the reward function.</summary>
    [JsonPropertyName("data_source")]
    public string? DataSource { get; set; }

    [JsonPropertyName("prompt")]
    public List<RlMessage>? Prompt { get; set; }

    [JsonPropertyName("ability")]
    public string? Ability { get; set; }

    [JsonPropertyName("reward_model")]
    public RlReward? RewardModel { get; set; }

    [JsonPropertyName("extra_info")]
    public RlExtra? ExtraInfo { get; set; }

    public static RlPrompt Of(string source, string split, string? task, string questionId, string user, string? gold) =>
        new()
        {
            DataSource = source,
            Prompt = [new RlMessage { Role = "user", Content = user }],
            Ability = task ?? "reasoning",
            RewardModel = new RlReward { Style = "rule", GroundTruth = gold },
            ExtraInfo = new RlExtra { Split = split, QuestionId = questionId },
        };
}

internal sealed class RlMessage
{
    [JsonPropertyName("role")]
    public string? Role { get; set; }

    [JsonPropertyName("content")]
    public string? Content { get; set; }
}

internal sealed class RlReward
{
    /// <summary>"rule": a function over the response and the ground truth.</summary>
    [JsonPropertyName("style")]
    public string? Style { get; set; }

    [JsonPropertyName("ground_truth")]
    public string? GroundTruth { get; set; }
}

internal sealed class RlExtra
{
    [JsonPropertyName("split")]
    public string? Split { get; set; }

    /// <summary>Number of the row, from 0.</summary>
    [JsonPropertyName("index")]
    public long Index { get; set; }

    [JsonPropertyName("question_id")]
    public string? QuestionId { get; set; }
}
