using SkillFactory.Core.Tasks;

namespace SkillFactory.Core.Sampling;

/// <summary>One prompt of a batch.</summary>
/// <param name="Id">Unique within the stage. It is part of the random key, so it must not depend on the batch.</param>
/// <param name="Question">The question that responses are graded against.</param>
/// <param name="Variant">Name of the prompt variant, or "reflection".</param>
/// <param name="System">System message, or null.</param>
/// <param name="User">User message.</param>
/// <param name="Samples">Number of responses to sample.</param>
/// <param name="Parent">For a reflection: the id of the rollout it judges.</param>
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
    /// <summary>Text that the assistant's turn begins with (budget forcing); empty for none.</summary>
    public string Prefill { get; init; } = "";

    /// <summary>Maximum number of tokens of a response. It cannot exceed the decoding's maximum, which applies when it is null.</summary>
    public int? MaxNewTokens { get; init; }
}
