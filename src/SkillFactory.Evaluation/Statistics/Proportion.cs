using System.Text.Json.Serialization;

namespace SkillFactory.Evaluation.Statistics;

/// <summary>A share as two counts, so that the shares of several runs can be added.</summary>
/// <param name="Hits">Cases with the property.</param>
/// <param name="Count">All cases.</param>
public sealed record Proportion(int Hits, int Count)
{
    public static Proportion None { get; } = new(0, 0);

    /// <summary>The share, or null without cases.</summary>
    [JsonIgnore]
    public double? Value => Count == 0 ? null : (double)Hits / Count;

    public static Proportion operator +(Proportion a, Proportion b) => new(a.Hits + b.Hits, a.Count + b.Count);

    /// <summary>Adds one case.</summary>
    public Proportion With(bool hit) => new(Hits + (hit ? 1 : 0), Count + 1);

    /// <summary>The share with its Wilson interval, or null without cases.</summary>
    public Estimate? ToEstimate(double level) =>
        Count == 0 ? null : new Estimate((double)Hits / Count, Count, Wilson.Interval(Hits, Count, level));
}
