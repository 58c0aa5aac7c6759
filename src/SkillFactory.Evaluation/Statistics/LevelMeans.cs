using SkillFactory.Core.Randomness;

namespace SkillFactory.Evaluation.Statistics;

/// <summary>Means over several levels or tasks, as the paper's tables have them: every level counts the same, or as it is told to, whatever its
/// number of questions. Each level's questions are resampled by themselves. Where resampling says too little of a level (<see cref="Bootstrap.FewClusters"/>),
/// the levels' own intervals are combined by squaring and adding (Zou and Donner 2008, Statistics in Medicine 27:1693).</summary>
/// <param name="random">Key of the draws.</param>
/// <param name="resamples">Number of resamples, at least 1.</param>
/// <param name="level">Confidence level in (0, 1).</param>
public sealed class LevelMeans(KeyedRandom random, int resamples, double level)
{
    private readonly Bootstrap _levels = new(random.Child("levels"), resamples, level);

    /// <summary>Mean over levels of Σ total / Σ weight; null when a level has no weight. <see cref="Estimate.Count"/> is the questions of
    /// all levels.</summary>
    /// <param name="shares">What each level counts, adding up to 1; null: all the same.</param>
    public Estimate? Mean(IReadOnlyList<IReadOnlyList<Cluster>> levels, IReadOnlyList<double>? shares = null) =>
        Of([.. levels.Select(l => new Part([.. l], null))], shares);

    /// <summary>Mean over levels of the paired difference, left minus right.</summary>
    /// <param name="shares">What each level counts, adding up to 1; null: all the same.</param>
    public Estimate? Difference(
        IReadOnlyList<(IReadOnlyList<Cluster> Left, IReadOnlyList<Cluster> Right)> levels,
        IReadOnlyList<double>? shares = null
    ) => Of([.. levels.Select(l => new Part([.. l.Left], [.. l.Right]))], shares);

    private Estimate? Of(IReadOnlyList<Part> parts, IReadOnlyList<double>? shares)
    {
        double Mean(IEnumerable<double> values) => shares is null ? values.Average() : values.Zip(shares).Sum(v => v.First * v.Second);
        var value = parts.Count == 0 ? double.NaN : Mean(parts.Select(p => p.Value(null)));
        if (double.IsNaN(value))
        {
            return null;
        }

        var count = parts.Sum(p => p.Left.Length);
        if (parts.Any(p => p.IsRare) && parts.All(p => p.Left.Length > 1))
        {
            return new Estimate(value, count, Combined(value, parts, shares));
        }

        var values = new List<double>(resamples);
        for (var r = 0; r < resamples; r++)
        {
            var resampled = Mean(parts.Select((p, i) => p.Value(random.Child(i).Child(r))));
            if (!double.IsNaN(resampled))
            {
                values.Add(resampled);
            }
        }

        return new Estimate(value, count, parts.All(p => p.Left.Length > 1) ? Bootstrap.Percentiles(values, level) : null);
    }

    private Interval Combined(double value, IReadOnlyList<Part> parts, IReadOnlyList<double>? shares)
    {
        var (below, above) = (0.0, 0.0);
        for (var i = 0; i < parts.Count; i++)
        {
            var own = (parts[i].Right is { } right ? _levels.Difference(parts[i].Left, right) : _levels.Share(parts[i].Left))!;
            var share = shares?[i] ?? (1.0 / parts.Count);
            below += Math.Pow(share * (own.Value - own.Interval!.Low), 2);
            above += Math.Pow(share * (own.Interval.High - own.Value), 2);
        }

        var least = parts.Any(p => p.Right is not null) ? -1 : 0;
        return new Interval(Math.Max(least, value - Math.Sqrt(below)), Math.Min(1, value + Math.Sqrt(above)), level);
    }

    private sealed record Part(Cluster[] Left, Cluster[]? Right)
    {
        public bool IsRare => Right is null ? Bootstrap.IsRare(Left) : Bootstrap.IsRare(Left, Right);

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
