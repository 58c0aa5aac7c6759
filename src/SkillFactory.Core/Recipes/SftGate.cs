using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>Extends SFT until, on validation questions, the model stops after a Correct verdict and retries after an Incorrect
/// one.</summary>
public sealed record SftGate
{
    /// <summary>Least P(stop | Correct verdict).</summary>
    [Between(0, 1)]
    public double MinStopAfterCorrect { get; init; } = 0.95;

    /// <summary>Greatest P(stop | Incorrect verdict).</summary>
    [Between(0, 1)]
    public double MaxStopAfterIncorrect { get; init; } = 0.05;

    /// <summary>Least share of well-formed traces. Without it, the share is reported only.</summary>
    [Between(0, 1)]
    public double? MinWellFormed { get; init; }

    /// <summary>Validation questions sampled at each check.</summary>
    [AtLeast(1)]
    public int Questions { get; init; } = 128;

    /// <summary>Passes over the data per extension, each with a new warm-up and cosine decay.</summary>
    [Above(0)]
    public double ExtraEpochs { get; init; } = 1;

    /// <summary>Most extensions. After them the experiment continues, and the report says that the gate failed.</summary>
    [AtLeast(0)]
    public int MaxExtensions { get; init; } = 3;
}
