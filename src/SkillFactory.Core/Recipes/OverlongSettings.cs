using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>Soft overlong punishment (Yu et al. 2025, equation 13): the reward of a response falls linearly from a length on, by the whole
/// penalty at the response limit.</summary>
public sealed record OverlongSettings
{
    /// <summary>Number of response tokens without a penalty; below decoding.maxNewTokens.</summary>
    [AtLeast(0)]
    public required int From { get; init; }

    /// <summary>Penalty of a response as long as the limit. DAPO: half the distance between the rewards of a correct and a wrong
    /// response.</summary>
    [Above(0)]
    public double Penalty { get; init; } = 0.5;

    /// <summary>The penalty of a response, from 0 to <see cref="Penalty"/>.</summary>
    /// <param name="length">Number of response tokens.</param>
    /// <param name="limit">The response limit in tokens.</param>
    public double Of(int length, int limit) => Penalty * Math.Clamp((length - From) / (double)(limit - From), 0, 1);
}
