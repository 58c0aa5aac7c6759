using SkillFactory.Core.Randomness;

namespace SkillFactory.Evaluation.Statistics;

/// <summary>
/// Bootstrap over training runs and questions at once (Owen 2007, "The pigeonhole bootstrap"). It draws seeds with replacement and
/// questions with replacement, and counts every drawn question in every drawn seed. The interval covers new training runs and new
/// questions, while the interval of <see cref="Bootstrap"/> covers new questions only.
/// </summary>
/// <remarks>The interval is rough for few seeds: three seeds have only ten distinct resamples. It is somewhat too wide for the questions.
/// For S seeds, resampling underestimates their standard deviation by a factor of √((S − 1) / S), which this class corrects.</remarks>
/// <param name="random">Key of the draws.</param>
/// <param name="resamples">Number of resamples, at least 1.</param>
/// <param name="level">Confidence level in (0, 1).</param>
public sealed class CrossedBootstrap(KeyedRandom random, int resamples, double level)
{
    /// <summary>Ratio of sums within [0, 1] over all seeds. Null for fewer than two seeds or questions, or without weight.</summary>
    /// <param name="seeds">Clusters by question id, one dictionary per seed.</param>
    public Estimate? Share(IReadOnlyList<IReadOnlyDictionary<string, Cluster>> seeds) =>
        Estimated([.. seeds.Select(s => new Sides(s, null))]);

    /// <summary>Paired difference of shares, left minus right, over the questions that both sides of a seed have. Null for fewer than two
    /// seeds or questions, or without weight.</summary>
    /// <param name="seeds">Both sides of each seed.</param>
    public Estimate? Difference(IReadOnlyList<PairedClusters> seeds) => Estimated([.. seeds.Select(s => new Sides(s.Left, s.Right))]);

    private Estimate? Estimated(IReadOnlyList<Sides> seeds)
    {
        string[] questions = [.. seeds.SelectMany(s => s.Left.Keys).Distinct().Order(StringComparer.Ordinal)];
        if (seeds.Count < 2 || questions.Length < 2)
        {
            return null;
        }

        var cells = new ClusterPair[seeds.Count, questions.Length];
        for (var s = 0; s < seeds.Count; s++)
        {
            for (var q = 0; q < questions.Length; q++)
            {
                var left = seeds[s].Left.GetValueOrDefault(questions[q]);
                var right = seeds[s].Right?.GetValueOrDefault(questions[q]) ?? new Cluster(0, 1);
                cells[s, q] = left.Weight > 0 && right.Weight > 0 ? new ClusterPair(left, right) : default;
            }
        }

        var value = Value(cells, [.. Enumerable.Repeat(1, seeds.Count)], [.. Enumerable.Repeat(1, questions.Length)]);
        if (double.IsNaN(value))
        {
            return null;
        }

        var lowest = seeds.Any(s => s.Right is not null) ? -1 : 0;
        var values = new List<double>(resamples);
        for (var r = 0; r < resamples; r++)
        {
            var drawnSeeds = DrawCounts(random.Child("seeds").Child(r), seeds.Count);
            var resampled = Value(cells, drawnSeeds, DrawCounts(random.Child("questions").Child(r), questions.Length));
            if (!double.IsNaN(resampled))
            {
                // Resampling S seeds shows only (S − 1) / S of their variance, so the seeds' part of the deviation is stretched.
                var seedDeviation = Value(cells, drawnSeeds, [.. Enumerable.Repeat(1, questions.Length)]) - value;
                var stretched =
                    resampled + (double.IsNaN(seedDeviation) ? 0 : seedDeviation * (Math.Sqrt(seeds.Count / (seeds.Count - 1.0)) - 1));
                values.Add(Math.Clamp(stretched, lowest, 1));
            }
        }

        return new Estimate(value, questions.Length, Bootstrap.Percentiles(values, level));
    }

    private static int[] DrawCounts(KeyedRandom key, int n)
    {
        var stream = key.Stream();
        var counts = new int[n];
        for (var i = 0; i < n; i++)
        {
            counts[stream.Next(n)]++;
        }

        return counts;
    }

    private static double Value(ClusterPair[,] cells, int[] seeds, int[] questions)
    {
        Cluster left = default,
            right = default;
        for (var s = 0; s < seeds.Length; s++)
        {
            for (var q = 0; seeds[s] > 0 && q < questions.Length; q++)
            {
                double times = seeds[s] * questions[q];
                left += new Cluster(cells[s, q].Left.Total * times, cells[s, q].Left.Weight * times);
                right += new Cluster(cells[s, q].Right.Total * times, cells[s, q].Right.Weight * times);
            }
        }

        return left.Weight == 0 || right.Weight == 0 ? double.NaN : (left.Total / left.Weight) - (right.Total / right.Weight);
    }

    /// <param name="Right">Null for a plain share instead of a difference.</param>
    private readonly record struct Sides(IReadOnlyDictionary<string, Cluster> Left, IReadOnlyDictionary<string, Cluster>? Right);
}
