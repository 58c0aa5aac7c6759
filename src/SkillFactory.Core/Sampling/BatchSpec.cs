using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Tasks;

namespace SkillFactory.Core.Sampling;

/// <summary>How a finished response is judged by the worker that made it.</summary>
public enum GradeAs
{
    /// <summary>By its task: the last answer span against the gold.</summary>
    Answer,

    /// <summary>As a reflection: only its verdict is parsed.</summary>
    Verdict,
}

/// <summary>One prompt of a batch.</summary>
/// <param name="Id">Unique within the stage; part of the random key, so it must not depend on the batch it landed in.</param>
/// <param name="Question">Graded against this.</param>
/// <param name="Variant">Prompt variant name (see <see cref="Prompts.PromptVariant"/>), or "reflection".</param>
/// <param name="System">System message, or null.</param>
/// <param name="User">User message.</param>
/// <param name="Samples">How many responses.</param>
/// <param name="Parent">For a reflection: the id of the rollout it judges. Lineage.</param>
public sealed record PromptItem(
    string Id,
    Question Question,
    string Variant,
    string? System,
    string User,
    int Samples,
    string? Parent = null
)
{
    /// <summary>Text the assistant turn is already begun with (budget forcing); empty for none.</summary>
    public string Prefill { get; init; } = "";

    /// <summary>Most tokens of this prompt's responses, at most the decoding's; null for the decoding's.</summary>
    public int? MaxNewTokens { get; init; }
}

/// <summary>
/// The unit of determinism: composition, order and shapes are fixed when the batch is planned, from the recipe alone. A worker runs
/// it whole; a retry runs it again from its start and gives the same result. Stored as a JSON artifact; messages carry its reference.
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
    /// <summary>Keep token ids and log-probabilities in the result (GRPO needs them; evaluation does not).</summary>
    public bool KeepTokens { get; init; }
}
