using SkillFactory.Core.Randomness;

namespace SkillFactory.Core.Statistics;

/// <summary>Unweighted means over several levels or tasks, as the paper's tables have them: every level counts the same, whatever its
/// number of questions. Each level's questions are resampled by themselves.</summary>
/// <param name="random">Key of the draws.</param>
/// <param name="resamples">Number of resamples, at least 1.</param>
/// <param name="level">Confidence level in (0, 1).</param>
public sealed class LevelMeans(KeyedRandom random, int resamples, double level)
{
    /// <summary>Mean over levels of Σ total / Σ weight; null when a level has no weight. <see cref="Estimate.Count"/> is the questions of
    /// all levels.</summary>
    public Estimate? Mean(IReadOnlyList<IReadOnlyList<Cluster>> levels) => Of([.. levels.Select(l => new Part([.. l], null))]);

    /// <summary>Mean over levels of the paired difference, left minus right.</summary>
    public Estimate? Difference(IReadOnlyList<(IReadOnlyList<Cluster> Left, IReadOnlyList<Cluster> Right)> levels) =>
        Of([.. levels.Select(l => new Part([.. l.Left], [.. l.Right]))]);

    private Estimate? Of(IReadOnlyList<Part> parts)
    {
        var value = parts.Count == 0 ? double.NaN : parts.Average(p => p.Value(null));
        if (double.IsNaN(value))
        {
            return null;
        }

        var values = new List<double>(resamples);
        for (var r = 0; r < resamples; r++)
        {
            var resampled = parts.Select((p, i) => p.Value(random.Child(i).Child(r))).Average();
            if (!double.IsNaN(resampled))
            {
                values.Add(resampled);
            }
        }

        return new Estimate(value, parts.Sum(p => p.Left.Length), parts.All(p => p.Left.Length > 1) ? Bootstrap.Percentiles(values, level) : null);
    }

    private sealed record Part(Cluster[] Left, Cluster[]? Right)
    {
        public double Value(KeyedRandom? draw)
        {
            var stream = draw?.Stream();
            Cluster left = default, right = default;
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
