using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>Budget forcing (paper section 6; Muennighoff et al. 2025): the end of a response is replaced by a trigger text, and the model
/// continues up to a second response limit.</summary>
public sealed record BudgetForcingSettings
{
    /// <summary>Most continuations per response. Paper: 1.</summary>
    [AtLeast(1)]
    public int Times { get; init; } = 1;

    /// <summary>Second response limit as a multiple of the set's. Paper: 2 (8,192 after 4,096 tokens).</summary>
    [Above(1)]
    public double LimitScale { get; init; } = 2;

    /// <summary>Trigger of arms that are fine-tuned on traces. Paper: an opening sample tag, before the closing think tag.</summary>
    [NotEmpty]
    public string TraceTrigger { get; init; } = "<sample>";

    /// <summary>Trigger of the other arms and of the base. The paper does not give its own.</summary>
    [NotEmpty]
    public string PlainTrigger { get; init; } = " Wait, let me check. ";

    /// <summary>Triggers of single arms, by their names.</summary>
    [NotEmpty]
    public IReadOnlyDictionary<string, string> Triggers { get; init; } = new Dictionary<string, string>();
}
