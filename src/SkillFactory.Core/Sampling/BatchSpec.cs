using SkillFactory.Core.Artifacts;

namespace SkillFactory.Core.Sampling;

/// <summary>
/// The unit of determinism. The recipe alone fixes the composition, order and shapes of a batch when it is planned. A worker runs the whole
/// batch; a retry starts over and gives the same result. Stored as a JSON artifact; messages carry its reference.
/// </summary>
/// <param name="Key">"stage/number", unique in the experiment.</param>
/// <param name="RandomKey">Root key of the stage (<see cref="Randomness.KeyedRandom"/>).</param>
/// <param name="Weights">Weights to sample from.</param>
/// <param name="Model">The model folder artifact (config, tokenizer, template), without weights.</param>
public sealed record BatchSpec(
    string Key,
    ulong RandomKey,
    ModelRef Model,
    WeightsRef Weights,
    Decoding Decoding,
    GradeAs GradeAs,
    IReadOnlyList<PromptItem> Items
)
{
    /// <summary>Whether the result keeps token ids and log-probabilities. GRPO needs them, evaluation does not.</summary>
    public bool KeepTokens { get; init; }
}
