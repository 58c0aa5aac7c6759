using SkillFactory.Core.Sampling;
using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>How the model's reflections on its attempts are sampled (paper section 3).</summary>
public sealed record ReflectionSettings
{
    /// <summary>Reflections per attempt. Paper: 4.</summary>
    [AtLeast(1)]
    public int PerAttempt { get; init; } = 1;

    /// <summary>How tokens of reflections are drawn.</summary>
    public Decoding Decoding { get; init; } = new();

    /// <summary>Prompts per batch.</summary>
    [AtLeast(1)]
    public int PromptsPerBatch { get; init; } = 256;
}
