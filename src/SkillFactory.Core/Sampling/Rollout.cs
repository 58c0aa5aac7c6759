using SkillFactory.Grading;

namespace SkillFactory.Core.Sampling;

/// <summary>One sampled response with its origin. Ids have the form "promptId#sampleIndex".</summary>
public sealed record Rollout
{
    public required string Id { get; init; }

    public required string PromptId { get; init; }

    public required string QuestionId { get; init; }

    public required string Task { get; init; }

    public required string Level { get; init; }

    /// <summary>Prompt variant, or "reflection".</summary>
    public required string Variant { get; init; }

    public required int SampleIndex { get; init; }

    /// <summary>For a reflection: the id of the rollout it judges; otherwise null.</summary>
    public string? Parent { get; init; }

    public required string Response { get; init; }

    /// <summary>The start of the response that the prompt held, because the chat template opens tags there (<see
    /// cref="Traces.ResponseOpening"/>); null for none.</summary>
    public string? Opening { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>The extracted answer, or for a reflection the verdict word; null when there is none.</summary>
    public string? Extracted { get; init; }

    /// <summary>See <see cref="Grade.Canonical"/>.</summary>
    public string? Canonical { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>Number of generated tokens, including the end token.</summary>
    public required int TokenCount { get; init; }

    public required int PromptTokenCount { get; init; }

    /// <summary>For a response with marked attempts: the number of tokens up to the end of each attempt, including its closing tag. Null
    /// when not needed.</summary>
    public IReadOnlyList<int>? AttemptEnds { get; init; }

    /// <summary>Sum over tokens of log p(token) after temperature.</summary>
    public required double LogProb { get; init; }

    /// <summary>Mean over tokens of the entropy (nats) of the sampling distribution.</summary>
    public required double MeanEntropy { get; init; }

    /// <summary>Version of the weights that generated it.</summary>
    public required long WeightsVersion { get; init; }

    /// <summary>Token ids of the prompt; null unless kept.</summary>
    public int[]? PromptTokens { get; init; }

    /// <summary>Token ids of the response; null unless kept.</summary>
    public int[]? Tokens { get; init; }

    /// <summary>log p of each response token; null unless kept.</summary>
    public float[]? LogProbs { get; init; }

    /// <summary>The response without the block that the prompt opened.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Content => Opening is null ? Response : new Traces.ResponseOpening(Opening).Unwrap(Response);

    /// <summary>For reflections: true = Correct, false = Incorrect, null = no verdict.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool? Verdict => Extracted is null ? null : Tags.ParseVerdict(Extracted);
}
