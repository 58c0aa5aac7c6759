namespace SkillFactory.Evaluation.Statistics;

/// <summary>Numbers at a glance: quantiles and a histogram.</summary>
/// <param name="Count">How many numbers.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Quantiles">At <see cref="Probabilities"/>, by linear interpolation between order statistics.</param>
/// <param name="Edges">Histogram edges, ascending; bin i holds the numbers above edge i and up to edge i + 1, the first one also its lower edge.</param>
/// <param name="Bins">Numbers in each bin; one fewer than edges.</param>
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

    /// <param name="values">Numbers from 0 to <paramref name="limit"/>, any order; null for none.</param>
    /// <param name="limit">Upper end of the histogram.</param>
    /// <param name="bins">Bins of equal width.</param>
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
