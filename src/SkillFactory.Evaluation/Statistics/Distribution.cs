using System.Text.Json.Serialization;

namespace SkillFactory.Evaluation.Statistics;

/// <summary>Quantiles and a histogram of some numbers.</summary>
/// <param name="Count">Number of values.</param>
/// <param name="Mean">Mean of the values.</param>
/// <param name="Quantiles">Quantiles at <see cref="Probabilities"/>, by linear interpolation between order statistics.</param>
/// <param name="Edges">Ascending edges of the histogram. Bin i counts the values above edge i and up to edge i + 1; bin 0 also counts its
/// lower edge.</param>
/// <param name="Bins">Count of each bin; one bin fewer than edges.</param>
public sealed record Distribution(
    int Count,
    double Mean,
    IReadOnlyList<double> Quantiles,
    IReadOnlyList<double> Edges,
    IReadOnlyList<int> Bins
)
{
    /// <summary>Probabilities of <see cref="Quantiles"/>.</summary>
    public static IReadOnlyList<double> Probabilities { get; } = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];

    /// <summary>The quantile at probability 0.5.</summary>
    [JsonIgnore]
    public double Median => Quantiles[3];

    /// <param name="values">Non-negative numbers in any order.</param>
    /// <param name="limit">Upper end of the histogram, unless a value is larger.</param>
    /// <param name="bins">Number of bins, all of equal width.</param>
    /// <returns>Null when there are no values.</returns>
    public static Distribution? Of(IEnumerable<double> values, double limit, int bins = 20)
    {
        List<double> sorted = [.. values.Order()];
        if (sorted.Count == 0)
        {
            return null;
        }

        var top = Math.Max(limit, sorted[^1]);
        var counts = new int[bins];
        foreach (var value in sorted)
        {
            counts[Math.Clamp((int)Math.Ceiling(value / top * bins) - 1, 0, bins - 1)]++;
        }

        return new Distribution(
            sorted.Count,
            Moments.Mean(sorted),
            [.. Probabilities.Select(p => Moments.Quantile(sorted, p))],
            [.. Enumerable.Range(0, bins + 1).Select(i => i * top / bins)],
            counts
        );
    }
}
