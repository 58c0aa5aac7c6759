using SkillFactory.Core.Randomness;
using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Tests.Statistics;

public class SeveralSeedsTests
{
    /// <summary>Simulates seeds with a mean accuracy of 0.5. Seeds differ with a standard deviation of <paramref name="spread"/>, and
    /// questions differ in difficulty.</summary>
    private static List<IReadOnlyDictionary<string, Cluster>> Simulate(long run, double spread, int seeds = 5, int questions = 80)
    {
        var stream = KeyedRandom.Of(run, "simulate").Stream();
        double[] difficulty = [.. Enumerable.Range(0, questions).Select(_ => stream.NextBool(0.5) ? -0.2 : 0.2)];
        return
        [
            .. Enumerable
                .Range(0, seeds)
                .Select(_ =>
                {
                    var skill = spread * stream.NextNormal();
                    return (IReadOnlyDictionary<string, Cluster>)
                        difficulty
                            .Select(
                                (d, q) => (q, Right: Enumerable.Range(0, 4).Count(_ => stream.NextBool(Math.Clamp(0.5 + d + skill, 0, 1))))
                            )
                            .ToDictionary(x => $"q{x.q}", x => new Cluster(x.Right, 4));
                }),
        ];
    }

    [Fact]
    public void Intervals_over_seeds_and_questions_cover_the_truth_but_intervals_over_questions_do_not()
    {
        var (crossed, questions, runs) = (0, 0, 200);
        for (var run = 0; run < runs; run++)
        {
            var seeds = Simulate(run, 0.1);
            crossed += Covers(new CrossedBootstrap(KeyedRandom.Of(run, "b"), 300, 0.95).Share(seeds)!.Interval!);
            var pooled = seeds[0].Keys.Select(q => seeds.Select(s => s[q]).Aggregate((a, b) => a + b)).ToList();
            questions += Covers(new Bootstrap(KeyedRandom.Of(run, "b"), 300, 0.95).Ratio(pooled)!.Interval!);
        }

        static int Covers(Interval interval) => interval.Low <= 0.5 && 0.5 <= interval.High ? 1 : 0;
        // Five seeds are few, so the coverage is somewhat below 95 %.
        Assert.True(crossed > 0.85 * runs, $"{crossed}");
        Assert.True(questions < 0.75 * runs, $"{questions}");
    }

    [Fact]
    public void A_difference_pairs_seeds_and_questions()
    {
        // In every seed, the left accuracy of each question is 0.1 above the right one.
        var right = Simulate(1, 0.1);
        var left = right
            .Select(s => (IReadOnlyDictionary<string, Cluster>)s.ToDictionary(q => q.Key, q => new Cluster(q.Value.Total + 0.4, 4)))
            .ToList();
        IReadOnlyList<PairedClusters> Paired() => [.. left.Zip(right, (l, r) => new PairedClusters(l, r))];
        var difference = new CrossedBootstrap(KeyedRandom.Of(1, "b"), 200, 0.95).Difference(Paired())!;
        Assert.Equal(0.1, difference.Value, 12);
        Assert.Equal(0.1, difference.Interval!.Low, 9);
        Assert.Equal(0.1, difference.Interval.High, 9);
        // A question that one side of a seed lacks does not count on either side.
        left[0] = left[0].Where(q => q.Key != "q3").ToDictionary();
        Assert.Equal(0.1, new CrossedBootstrap(KeyedRandom.Of(1, "b"), 50, 0.95).Difference(Paired())!.Value, 9);
    }

    [Fact]
    public void One_seed_gives_no_estimate_over_seeds()
    {
        var bootstrap = new CrossedBootstrap(KeyedRandom.Of(1, "b"), 50, 0.95);
        Assert.Null(bootstrap.Share([Simulate(1, 0)[0]]));
        Assert.Null(bootstrap.Share([]));
    }

    [Fact]
    public void Levels_have_the_same_weight_whatever_their_size()
    {
        var means = new LevelMeans(KeyedRandom.Of(1, "b"), 400, 0.95);
        IReadOnlyList<Cluster> Level(int questions, int right) =>
            [.. Enumerable.Range(0, questions).Select(q => new Cluster(q < right ? 1 : 0, 1))];
        IReadOnlyList<ClusterPair> Pairs(IReadOnlyList<Cluster> left, IReadOnlyList<Cluster> right) =>
            [.. left.Zip(right, (l, r) => new ClusterPair(l, r))];
        var estimate = means.Mean([Level(200, 100), Level(20, 2)])!;
        Assert.Equal(0.3, estimate.Value, 12);
        Assert.Equal(220, estimate.Count);

        // The standard error of the mean is √(0.25 / 200 + 0.09 / 20) / 2.
        var half = 1.96 * 0.5 * Math.Sqrt((0.25 / 200) + (0.09 / 20));
        Assert.InRange(estimate.Interval!.High - estimate.Interval.Low, 2 * half * 0.85, 2 * half * 1.15);
        Assert.Equal(0.25, means.Difference([Pairs(Level(40, 30), Level(40, 10)), Pairs(Level(10, 5), Level(10, 5))])!.Value, 12);
        Assert.Null(means.Mean([]));
        Assert.Null(means.Mean([Level(3, 1), []]));
    }

    [Fact]
    public void Distribution_counts_every_number_once()
    {
        var d = Distribution.Of([3, 1, 2, 4, 10], 10, 5)!;
        Assert.Equal((5, 4.0), (d.Count, d.Mean));
        Assert.Equal([1, 1.2, 2, 3, 4, 8.8, 10], d.Quantiles.Select(q => Math.Round(q, 9)));
        Assert.Equal(3, d.Median, 9);
        Assert.Equal([0, 2, 4, 6, 8, 10], d.Edges);
        Assert.Equal([2, 2, 0, 0, 1], d.Bins);
        Assert.Equal(20, Distribution.Of([12], 10)!.Bins.Count);
        Assert.Equal(12, Distribution.Of([12], 10)!.Edges[^1]);
        Assert.Null(Distribution.Of([], 10));
    }
}
