using SkillFactory.Core.Randomness;

namespace SkillFactory.Evaluation.Statistics;

/// <summary>
/// Bootstrap over training runs and questions at once (Owen 2007, "The pigeonhole bootstrap"): seeds are drawn with replacement, questions
/// are drawn with replacement, and every drawn question counts in every drawn seed. Its interval answers "what if this were trained again and
/// asked other questions", where <see cref="Bootstrap"/> answers only the second half.
/// </summary>
/// <remarks>With few seeds it is rough: three seeds have ten distinct resamples. It errs on the wide side for the questions and on the narrow
/// side for the seeds, whose spread is underestimated by a factor of √((S − 1) / S); that factor is corrected for here.</remarks>
/// <param name="random">Key of the draws.</param>
/// <param name="resamples">Number of resamples, at least 1.</param>
/// <param name="level">Confidence level in (0, 1).</param>
public sealed class CrossedBootstrap(KeyedRandom random, int resamples, double level)
{
    /// <summary>Share (ratio of sums within [0, 1]) over all seeds; null for fewer than two seeds or questions, or no weight.</summary>
    /// <param name="seeds">Clusters by question id, one dictionary per seed.</param>
    public Estimate? Share(IReadOnlyList<IReadOnlyDictionary<string, Cluster>> seeds) =>
        Of([.. seeds.Select(s => (s, (IReadOnlyDictionary<string, Cluster>?)null))]);

    /// <summary>Paired difference of shares, left minus right, on the questions both sides of a seed have; null as for
    /// <see cref="Share"/>.</summary>
    public Estimate? Difference(
        IReadOnlyList<(IReadOnlyDictionary<string, Cluster> Left, IReadOnlyDictionary<string, Cluster> Right)> seeds
    ) => Of([.. seeds.Select(s => (s.Left, (IReadOnlyDictionary<string, Cluster>?)s.Right))]);

    private Estimate? Of(IReadOnlyList<(IReadOnlyDictionary<string, Cluster> Left, IReadOnlyDictionary<string, Cluster>? Right)> seeds)
    {
        string[] questions = [.. seeds.SelectMany(s => s.Left.Keys).Distinct().Order(StringComparer.Ordinal)];
        if (seeds.Count < 2 || questions.Length < 2)
        {
            return null;
        }

        var cells = new Pair[seeds.Count, questions.Length];
        for (var s = 0; s < seeds.Count; s++)
        {
            for (var q = 0; q < questions.Length; q++)
            {
                var left = seeds[s].Left.GetValueOrDefault(questions[q]);
                var right = seeds[s].Right?.GetValueOrDefault(questions[q]) ?? new Cluster(0, 1);
                cells[s, q] = left.Weight > 0 && right.Weight > 0 ? new Pair(left, right) : default;
            }
        }

        var value = Value(cells, [.. Enumerable.Repeat(1, seeds.Count)], [.. Enumerable.Repeat(1, questions.Length)]);
        if (double.IsNaN(value))
        {
            return null;
        }

        var least = seeds.Any(s => s.Right is not null) ? -1 : 0;
        var values = new List<double>(resamples);
        for (var r = 0; r < resamples; r++)
        {
            var drawnSeeds = Counts(random.Child("seeds").Child(r), seeds.Count);
            var resampled = Value(cells, drawnSeeds, Counts(random.Child("questions").Child(r), questions.Length));
            if (!double.IsNaN(resampled))
            {
                // Resampling S seeds shows (S − 1) / S of their variance: that part of the deviation is stretched.
                var ofSeeds = Value(cells, drawnSeeds, [.. Enumerable.Repeat(1, questions.Length)]) - value;
                var stretched = resampled + (double.IsNaN(ofSeeds) ? 0 : ofSeeds * (Math.Sqrt(seeds.Count / (seeds.Count - 1.0)) - 1));
                values.Add(Math.Clamp(stretched, least, 1));
            }
        }

        return new Estimate(value, questions.Length, Bootstrap.Percentiles(values, level));
    }

    private static int[] Counts(KeyedRandom key, int n)
    {
        var stream = key.Stream();
        var counts = new int[n];
        for (var i = 0; i < n; i++)
        {
            counts[stream.Next(n)]++;
        }

        return counts;
    }

    private static double Value(Pair[,] cells, int[] seeds, int[] questions)
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

    private readonly record struct Pair(Cluster Left, Cluster Right);
}
