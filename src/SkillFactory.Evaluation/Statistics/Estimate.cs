using System.Text.Json.Serialization;

namespace SkillFactory.Evaluation.Statistics;

/// <summary>A confidence interval.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Level">Confidence level in (0, 1), e.g. 0.95.</param>
public sealed record Interval(double Low, double High, double Level)
{
    /// <summary>True when zero lies outside, the ends counted as inside.</summary>
    [JsonIgnore]
    public bool ExcludesZero => Low > 0 || High < 0;
}

/// <summary>A number with what it rests on.</summary>
/// <param name="Value">The point estimate.</param>
/// <param name="Count">Independent units behind it (for evaluations: distinct questions, whatever the samples and seeds).</param>
/// <param name="Interval">Its interval, or null where the units are too few for one (fewer than two).</param>
public sealed record Estimate(double Value, int Count, Interval? Interval)
{
    /// <summary>The difference taken the other way round.</summary>
    public Estimate Negated() => new(-Value, Count, Interval is null ? null : new Interval(-Interval.High, -Interval.Low, Interval.Level));
}

/// <summary>A share as two counts, so that shares of several runs can be added.</summary>
/// <param name="Hits">How many had the property.</param>
/// <param name="Count">Out of how many.</param>
public sealed record Proportion(int Hits, int Count)
{
    public static Proportion None { get; } = new(0, 0);

    /// <summary>The share, or null when nothing was counted.</summary>
    [JsonIgnore]
    public double? Value => Count == 0 ? null : (double)Hits / Count;

    public static Proportion operator +(Proportion a, Proportion b) => new(a.Hits + b.Hits, a.Count + b.Count);

    /// <summary>Counts one more case.</summary>
    public Proportion With(bool hit) => new(Hits + (hit ? 1 : 0), Count + 1);

    /// <summary>The share with its Wilson interval, or null when nothing was counted.</summary>
    public Estimate? ToEstimate(double level) =>
        Count == 0 ? null : new Estimate((double)Hits / Count, Count, Wilson.Interval(Hits, Count, level));
}
