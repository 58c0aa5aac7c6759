using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>Advantages for the parts of a response, added to the response's own. The reward of an attempt is its correctness, that of a
/// reflection whether its verdict is right. Each is normalised over the attempts or reflections of the group (value minus mean, divided by
/// the standard deviation) and applies to the tokens of its own text. Groups whose responses all have the same reward are then trained on,
/// too.</summary>
public sealed record CreditSettings
{
    /// <summary>Weight of the response's own advantage, on all its tokens.</summary>
    [AtLeast(0)]
    public double Response { get; init; } = 1;

    /// <summary>Weight of an attempt's advantage.</summary>
    [AtLeast(0)]
    public double Attempt { get; init; }

    /// <summary>Weight of a reflection's advantage.</summary>
    [AtLeast(0)]
    public double Verdict { get; init; }
}
