using SkillFactory.Core.Randomness;

namespace SkillFactory.Evaluation.Statistics;

/// <summary>Weighted means over several levels or tasks, as in the paper's tables. The number of questions of a level does not change its
/// weight. Resampling draws the questions of each level separately. When a level has too few hits or misses for resampling
/// (<see cref="Bootstrap.FewClusters"/>), the intervals of the levels are combined by squaring and adding (Zou and Donner 2008, Statistics
/// in Medicine 27:1693).</summary>
/// <param name="random">Key of the draws.</param>
/// <param name="resamples">Number of resamples, at least 1.</param>
/// <param name="level">Confidence level in (0, 1).</param>
public sealed class LevelMeans(KeyedRandom random, int resamples, double level)
{
    private readonly Bootstrap _levels = new(random.Child("levels"), resamples, level);

    /// <summary>Mean over levels of Σ total / Σ weight. Null when a level has no weight. <see cref="Estimate.Count"/> is the number of
    /// questions of all levels.</summary>
    /// <param name="levels">The clusters of each level.</param>
    /// <param name="weights">Weight of each level, summing to 1; null for equal weights.</param>
    public Estimate? Mean(IReadOnlyList<IReadOnlyList<Cluster>> levels, IReadOnlyList<double>? weights = null) =>
        Estimated([.. levels.Select(l => new LevelClusters([.. l], null))], weights);

    /// <summary>Mean over levels of the paired difference, left minus right.</summary>
    /// <param name="levels">The pairs of each level, one pair per question.</param>
    /// <param name="weights">Weight of each level, summing to 1; null for equal weights.</param>
    public Estimate? Difference(IReadOnlyList<IReadOnlyList<ClusterPair>> levels, IReadOnlyList<double>? weights = null) =>
        Estimated([.. levels.Select(l => new LevelClusters([.. l.Select(p => p.Left)], [.. l.Select(p => p.Right)]))], weights);

    private Estimate? Estimated(IReadOnlyList<LevelClusters> parts, IReadOnlyList<double>? weights)
    {
        double WeightedMean(IEnumerable<double> values) =>
            weights is null ? values.Average() : values.Zip(weights, (value, weight) => value * weight).Sum();
        var value = parts.Count == 0 ? double.NaN : WeightedMean(parts.Select(p => p.Value(null)));
        if (double.IsNaN(value))
        {
            return null;
        }

        var count = parts.Sum(p => p.Left.Length);
        if (parts.Any(p => p.IsRare) && parts.All(p => p.Left.Length > 1))
        {
            return new Estimate(value, count, CombinedInterval(value, parts, weights));
        }

        var values = new List<double>(resamples);
        for (var r = 0; r < resamples; r++)
        {
            var resampled = WeightedMean(parts.Select((p, i) => p.Value(random.Child(i).Child(r))));
            if (!double.IsNaN(resampled))
            {
                values.Add(resampled);
            }
        }

        return new Estimate(value, count, parts.All(p => p.Left.Length > 1) ? Bootstrap.Percentiles(values, level) : null);
    }

    private Interval CombinedInterval(double value, IReadOnlyList<LevelClusters> parts, IReadOnlyList<double>? weights)
    {
        var (below, above) = (0.0, 0.0);
        for (var i = 0; i < parts.Count; i++)
        {
            var estimate = (parts[i].Right is { } right ? _levels.Difference(parts[i].Left, right) : _levels.Share(parts[i].Left))!;
            var weight = weights?[i] ?? (1.0 / parts.Count);
            below += Math.Pow(weight * (estimate.Value - estimate.Interval!.Low), 2);
            above += Math.Pow(weight * (estimate.Interval.High - estimate.Value), 2);
        }

        var lowest = parts.Any(p => p.Right is not null) ? -1 : 0;
        return new Interval(Math.Max(lowest, value - Math.Sqrt(below)), Math.Min(1, value + Math.Sqrt(above)), level);
    }

    private sealed record LevelClusters(Cluster[] Left, Cluster[]? Right)
    {
        public bool IsRare => Right is null ? Bootstrap.IsRare(Left) : Bootstrap.IsRare(Left, Right);

        /// <param name="draw">Key of one resample; null for the clusters as they are.</param>
        public double Value(KeyedRandom? draw)
        {
            var stream = draw?.Stream();
            Cluster left = default,
                right = default;
            for (var i = 0; i < Left.Length; i++)
            {
                var drawn = stream?.Next(Left.Length) ?? i;
                left += Left[drawn];
                right += Right?[drawn] ?? new Cluster(0, 1);
            }

            return left.Weight == 0 || right.Weight == 0 ? double.NaN : (left.Total / left.Weight) - (right.Total / right.Weight);
        }
    }
}
