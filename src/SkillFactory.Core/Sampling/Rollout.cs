using SkillFactory.Grading;

namespace SkillFactory.Core.Sampling;

/// <summary>One sampled response with everything needed to trace it back. Ids are "promptId#sampleIndex".</summary>
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

    /// <summary>The rollout this one judges (reflections), or null.</summary>
    public string? Parent { get; init; }

    public required string Response { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>The extracted answer, or the verdict word for a reflection; null when none.</summary>
    public string? Extracted { get; init; }

    /// <summary>See <see cref="Grade.Canonical"/>.</summary>
    public string? Canonical { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>Tokens generated, the end token included.</summary>
    public required int TokenCount { get; init; }

    public required int PromptTokenCount { get; init; }

    /// <summary>Of a response with marked attempts: tokens generated up to the end of each of them, the closing tag included. Null where
    /// nobody needs it.</summary>
    public IReadOnlyList<int>? AttemptEnds { get; init; }

    /// <summary>Sum over tokens of log p(token) after temperature.</summary>
    public required double LogProb { get; init; }

    /// <summary>Mean over tokens of the entropy (nats) of the distribution sampled from.</summary>
    public required double MeanEntropy { get; init; }

    /// <summary>Weights version that generated it.</summary>
    public required long WeightsVersion { get; init; }

    /// <summary>Token ids of the prompt; null unless kept.</summary>
    public int[]? PromptTokens { get; init; }

    /// <summary>Token ids of the response; null unless kept.</summary>
    public int[]? Tokens { get; init; }

    /// <summary>log p of each response token; null unless kept.</summary>
    public float[]? LogProbs { get; init; }

    /// <summary>For reflections: true = Correct, false = Incorrect, null = no verdict.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool? Verdict => Extracted is null ? null : Tags.ParseVerdict(Extracted);
}
