using SkillFactory.Core.Randomness;

namespace SkillFactory.Evaluation.Statistics;

/// <summary>
/// Percentile bootstrap over clusters (Efron 1979). It draws questions with replacement. A drawn question brings all its samples of all
/// seeds, because the samples of one question are not independent. The intervals do not cover the variation between training runs;
/// <see cref="CrossedBootstrap"/> does.
/// </summary>
/// <remarks>
/// Deterministic: resample r of n clusters depends only on (random, n, r). Two statistics over the same number of clusters therefore use
/// the same resamples, and a difference is paired when both sides list the same questions in the same order. Not thread-safe, because it
/// caches the drawn indices.
/// </remarks>
/// <param name="random">Key of the draws.</param>
/// <param name="resamples">Number of resamples, at least 1.</param>
/// <param name="level">Confidence level in (0, 1).</param>
public sealed class Bootstrap(KeyedRandom random, int resamples, double level)
{
    /// <summary>Resampling is unreliable when fewer clusters than this differ from the others. With one hit among 100 clusters, a third of
    /// the resamples contain no hit. With no hit at all, every resample is the same and the interval would have no width.</summary>
    public const int FewClusters = 5;

    private const int MaxCachedIndices = 4_000_000;

    private readonly Dictionary<int, int[]> _cachedIndices = [];

    /// <summary>Confidence level of the intervals.</summary>
    public double Level { get; } =
        level is > 0 and < 1 ? level : throw new ArgumentOutOfRangeException(nameof(level), level, "must lie in (0, 1)");

    /// <summary>Number of resamples.</summary>
    public int Resamples { get; } =
        resamples >= 1 ? resamples : throw new ArgumentOutOfRangeException(nameof(resamples), resamples, "must be at least 1");

    /// <summary>Mean of one value per cluster, or null when there are no values.</summary>
    public Estimate? Mean(IReadOnlyList<double> values) => Ratio([.. values.Select(v => new Cluster(v, 1))]);

    /// <summary>Σ total / Σ weight, or null when the weights sum to zero.</summary>
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
    /// A ratio within [0, 1]. When fewer than <see cref="FewClusters"/> clusters have a hit, or fewer have a miss, the interval is Wilson's
    /// with one case per cluster. That interval is somewhat too wide when a cluster has several samples.
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
    /// Paired difference of shares: the ratio of <paramref name="left"/> minus the ratio of <paramref name="right"/>. Each resample draws
    /// the same clusters on both sides. Null when either side has no weight. When fewer than <see cref="FewClusters"/> clusters differ, the
    /// interval combines Wilson's intervals of the gains and the losses by squaring and adding (Newcombe 1998, Statistics in Medicine
    /// 17:2635). </summary>
    /// <param name="left">One entry per question.</param>
    /// <param name="right">The same questions in the same order.</param>
    public Estimate? Difference(IReadOnlyList<Cluster> left, IReadOnlyList<Cluster> right)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Count, left.Count);
        Cluster[] lefts = [.. left],
            rights = [.. right];
        var difference = Quotient(lefts) - Quotient(rights);
        var differences = Differences(lefts, rights);
        return double.IsNaN(difference)
            ? null
            : new Estimate(
                difference,
                lefts.Length,
                differences.Length > 1 && IsRare(differences) ? SquareAndAdd(difference, differences) : Interval(lefts.Length, Statistic)
            );

        double Statistic(ReadOnlySpan<int> drawn)
        {
            double leftTotal = 0,
                leftWeight = 0,
                rightTotal = 0,
                rightWeight = 0;
            foreach (var i in drawn)
            {
                leftTotal += lefts[i].Total;
                leftWeight += lefts[i].Weight;
                rightTotal += rights[i].Total;
                rightWeight += rights[i].Weight;
            }

            return (leftTotal / leftWeight) - (rightTotal / rightWeight);
        }
    }

    /// <summary>Whether too few clusters have a hit, or too few have a miss, for resampling.</summary>
    internal static bool IsRare(IReadOnlyList<Cluster> clusters) =>
        Math.Min(clusters.Count(c => c.Total > 0), clusters.Count(c => c.Total < c.Weight)) < FewClusters;

    /// <summary>Whether too few pairs differ for resampling.</summary>
    internal static bool IsRare(IReadOnlyList<Cluster> left, IReadOnlyList<Cluster> right) => IsRare(Differences(left, right));

    private static bool IsRare(double[] differences) => differences.Count(d => d != 0) < FewClusters;

    /// <summary>Left share minus right share of every pair that has weight on both sides.</summary>
    private static double[] Differences(IReadOnlyList<Cluster> left, IReadOnlyList<Cluster> right) =>
        [
            .. left.Zip(right)
                .Where(p => p.First.Weight > 0 && p.Second.Weight > 0)
                .Select(p => (p.First.Total / p.First.Weight) - (p.Second.Total / p.Second.Weight)),
        ];

    private Interval SquareAndAdd(double difference, double[] differences)
    {
        var (gains, losses) = (differences.Sum(d => Math.Max(d, 0)), differences.Sum(d => Math.Max(-d, 0)));
        var (gain, loss) = (Wilson.Interval(gains, differences.Length, Level), Wilson.Interval(losses, differences.Length, Level));
        double Distance(double a, double b) => Math.Sqrt((a * a) + (b * b));
        var below = Distance((gains / differences.Length) - gain.Low, loss.High - (losses / differences.Length));
        var above = Distance(gain.High - (gains / differences.Length), (losses / differences.Length) - loss.Low);
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

        var cached = (long)count * Resamples <= MaxCachedIndices ? CachedIndices(count) : null;
        var resample = cached is null ? new int[count] : [];
        var values = new List<double>(Resamples);
        for (var r = 0; r < Resamples; r++)
        {
            if (cached is null)
            {
                Draw(r, resample);
            }

            var value = statistic(cached is null ? resample : cached.AsSpan(r * count, count));
            // The ratio of a resample without any sample is undefined.
            if (!double.IsNaN(value))
            {
                values.Add(value);
            }
        }

        return Percentiles(values, Level);
    }

    /// <summary>The interval that holds the middle <paramref name="level"/> of the values, or null when there are none.</summary>
    internal static Interval? Percentiles(List<double> values, double level)
    {
        values.Sort();
        var tail = (1 - level) / 2;
        return values.Count == 0 ? null : new Interval(Moments.Quantile(values, tail), Moments.Quantile(values, 1 - tail), level);
    }

    private int[] CachedIndices(int count)
    {
        if (!_cachedIndices.TryGetValue(count, out var indices))
        {
            indices = new int[count * Resamples];
            for (var r = 0; r < Resamples; r++)
            {
                Draw(r, indices.AsSpan(r * count, count));
            }

            _cachedIndices[count] = indices;
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
