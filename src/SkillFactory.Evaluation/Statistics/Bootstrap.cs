using SkillFactory.Core.Randomness;

namespace SkillFactory.Evaluation.Statistics;

/// <summary>Total and weight of one cluster (a question): its share in a ratio of sums. A mean over questions has weight 1 each;
/// an accuracy over samples has the correct samples as total and all samples as weight.</summary>
public readonly record struct Cluster(double Total, double Weight)
{
    public static Cluster operator +(Cluster a, Cluster b) => new(a.Total + b.Total, a.Weight + b.Weight);
}

/// <summary>
/// Percentile bootstrap over clusters (Efron 1979). Questions are drawn with replacement, and with a question all its samples, of every
/// seed: the samples of one question are not independent. What varies between training runs is not in these intervals; values per seed
/// stand beside them in the report.
/// </summary>
/// <remarks>
/// Deterministic: resample r of n clusters is a function of (random, n, r) alone, so two statistics over the same number of clusters
/// in the same order are resampled alike, and a difference of two arms is paired when both list the same questions in the same order.
/// Not thread-safe (it keeps the drawn indices).
/// </remarks>
/// <param name="random">Key of the draws.</param>
/// <param name="resamples">Number of resamples, at least 1.</param>
/// <param name="level">Confidence level in (0, 1).</param>
public sealed class Bootstrap(KeyedRandom random, int resamples, double level)
{
    /// <summary>Below so many clusters that differ from the rest, resampling them says too little: with one hit among 100, a third of the
    /// resamples hold none, and with none all agree, which would claim certainty.</summary>
    public const int FewClusters = 5;

    private const int MostIndicesKept = 4_000_000;

    private readonly Dictionary<int, int[]> _drawn = [];

    /// <summary>Confidence level of the intervals.</summary>
    public double Level { get; } =
        level is > 0 and < 1 ? level : throw new ArgumentOutOfRangeException(nameof(level), level, "must lie in (0, 1)");

    /// <summary>Number of resamples.</summary>
    public int Resamples { get; } =
        resamples >= 1 ? resamples : throw new ArgumentOutOfRangeException(nameof(resamples), resamples, "must be at least 1");

    /// <summary>Mean of one value per cluster; null for no values.</summary>
    public Estimate? Mean(IReadOnlyList<double> values) => Ratio([.. values.Select(v => new Cluster(v, 1))]);

    /// <summary>Σ total / Σ weight; null when the weights sum to zero.</summary>
    public Estimate? Ratio(IReadOnlyList<Cluster> clusters)
    {
        Cluster[] all = [.. clusters];
        var value = Quotient(all);
        return double.IsNaN(value) ? null : new Estimate(value, all.Length, Interval(all.Length, Statistic));

        double Statistic(ReadOnlySpan<int> drawn)
        {
            double total = 0,
                weight = 0;
            foreach (var i in drawn)
            {
                total += all[i].Total;
                weight += all[i].Weight;
            }

            return total / weight;
        }
    }

    /// <summary>
    /// A share (a ratio within [0, 1]). Where fewer than <see cref="FewClusters"/> clusters have a hit, or a miss, the interval is Wilson's
    /// with the clusters as the cases: on the wide side where a cluster holds several samples.
    /// </summary>
    public Estimate? Share(IReadOnlyList<Cluster> clusters)
    {
        return Ratio(clusters) is not { } estimate ? null
            : IsRare(clusters) && estimate.Count > 1
                ? estimate with
                {
                    Interval = Wilson.Interval(estimate.Value * estimate.Count, estimate.Count, Level),
                }
            : estimate;
    }

    /// <summary>
    /// Paired difference of shares: ratio of <paramref name="left"/> minus ratio of <paramref name="right"/>, both over the same drawn
    /// clusters. Null when either has no weight. Where fewer than <see cref="FewClusters"/> clusters differ, the interval combines Wilson's
    /// intervals of the gains and of the losses by squaring and adding (Newcombe 1998, Statistics in Medicine 17:2635).
    /// </summary>
    /// <param name="left">One entry per question.</param>
    /// <param name="right">The same questions in the same order.</param>
    public Estimate? Difference(IReadOnlyList<Cluster> left, IReadOnlyList<Cluster> right)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Count, left.Count);
        Cluster[] mine = [.. left],
            theirs = [.. right];
        var difference = Quotient(mine) - Quotient(theirs);
        var apart = Apart(mine, theirs);
        return double.IsNaN(difference)
            ? null
            : new Estimate(
                difference,
                mine.Length,
                apart.Length > 1 && IsRare(apart) ? SquareAndAdd(difference, apart) : Interval(mine.Length, Statistic)
            );

        double Statistic(ReadOnlySpan<int> drawn)
        {
            double leftTotal = 0,
                leftWeight = 0,
                rightTotal = 0,
                rightWeight = 0;
            foreach (var i in drawn)
            {
                leftTotal += mine[i].Total;
                leftWeight += mine[i].Weight;
                rightTotal += theirs[i].Total;
                rightWeight += theirs[i].Weight;
            }

            return (leftTotal / leftWeight) - (rightTotal / rightWeight);
        }
    }

    /// <summary>Whether too few clusters have a hit, or a miss, for resampling to say anything.</summary>
    internal static bool IsRare(IReadOnlyList<Cluster> clusters) =>
        Math.Min(clusters.Count(c => c.Total > 0), clusters.Count(c => c.Total < c.Weight)) < FewClusters;

    /// <summary>Whether too few pairs differ.</summary>
    internal static bool IsRare(IReadOnlyList<Cluster> left, IReadOnlyList<Cluster> right) => IsRare(Apart(left, right));

    private static bool IsRare(double[] apart) => apart.Count(d => d != 0) < FewClusters;

    /// <summary>Differences of the pairs with weight on both sides.</summary>
    private static double[] Apart(IReadOnlyList<Cluster> left, IReadOnlyList<Cluster> right) =>
        [
            .. left.Zip(right)
                .Where(p => p.First.Weight > 0 && p.Second.Weight > 0)
                .Select(p => (p.First.Total / p.First.Weight) - (p.Second.Total / p.Second.Weight)),
        ];

    private Interval SquareAndAdd(double difference, double[] apart)
    {
        var (gains, losses) = (apart.Sum(d => Math.Max(d, 0)), apart.Sum(d => Math.Max(-d, 0)));
        var (gain, loss) = (Wilson.Interval(gains, apart.Length, Level), Wilson.Interval(losses, apart.Length, Level));
        double Distance(double a, double b) => Math.Sqrt((a * a) + (b * b));
        var below = Distance((gains / apart.Length) - gain.Low, loss.High - (losses / apart.Length));
        var above = Distance(gain.High - (gains / apart.Length), (losses / apart.Length) - loss.Low);
        return new Interval(Math.Max(-1, difference - below), Math.Min(1, difference + above), Level);
    }

    private static double Quotient(Cluster[] clusters)
    {
        var sum = clusters.Aggregate(default(Cluster), (a, b) => a + b);
        return sum.Weight == 0 ? double.NaN : sum.Total / sum.Weight;
    }

    private Interval? Interval(int count, SpanStatistic statistic)
    {
        if (count < 2)
        {
            return null;
        }

        var kept = (long)count * Resamples <= MostIndicesKept ? Kept(count) : null;
        var one = kept is null ? new int[count] : [];
        var values = new List<double>(Resamples);
        for (var r = 0; r < Resamples; r++)
        {
            if (kept is null)
            {
                Draw(r, one);
            }

            var value = statistic(kept is null ? one : kept.AsSpan(r * count, count));
            // A resample without weight (only clusters that hold no scored sample) says nothing.
            if (!double.IsNaN(value))
            {
                values.Add(value);
            }
        }

        return Percentiles(values, Level);
    }

    /// <summary>The middle part of the resampled values; null for none.</summary>
    internal static Interval? Percentiles(List<double> values, double level)
    {
        values.Sort();
        var tail = (1 - level) / 2;
        return values.Count == 0 ? null : new Interval(Moments.Quantile(values, tail), Moments.Quantile(values, 1 - tail), level);
    }

    private int[] Kept(int count)
    {
        if (!_drawn.TryGetValue(count, out var indices))
        {
            indices = new int[count * Resamples];
            for (var r = 0; r < Resamples; r++)
            {
                Draw(r, indices.AsSpan(r * count, count));
            }

            _drawn[count] = indices;
        }

        return indices;
    }

    private void Draw(int resample, Span<int> indices)
    {
        var stream = random.Child(indices.Length).Child(resample).Stream();
        foreach (ref var index in indices)
        {
            index = stream.Next(indices.Length);
        }
    }

    private delegate double SpanStatistic(ReadOnlySpan<int> drawn);
}
