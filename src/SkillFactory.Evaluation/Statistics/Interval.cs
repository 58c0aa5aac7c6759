using System.Text.Json.Serialization;

namespace SkillFactory.Evaluation.Statistics;

/// <summary>A confidence interval.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Level">Confidence level in (0, 1), e.g. 0.95.</param>
public sealed record Interval(double Low, double High, double Level)
{
    /// <summary>Whether zero lies outside the interval. The ends count as inside.</summary>
    [JsonIgnore]
    public bool ExcludesZero => Low > 0 || High < 0;
}
