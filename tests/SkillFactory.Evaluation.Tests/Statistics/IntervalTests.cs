using SkillFactory.Core.Randomness;
using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Tests.Statistics;

public class IntervalTests
{
    [Theory]
    // Newcombe 1998, Statistics in Medicine 17:857, table I, method 3 (Wilson without correction), 95 %.
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilson_matches_published_intervals(int hits, int count, double low, double high)
    {
        var interval = Wilson.Interval(hits, count, 0.95);
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void Score_test_just_rejects_at_the_ends_of_a_Wilson_interval()
    {
        for (var count = 1; count < 40; count++)
        {
            for (var hits = 0; hits <= count; hits++)
            {
                var interval = Wilson.Interval(hits, count, 0.9);
                Assert.Equal(hits == 0, interval.Low == 0);
                Assert.Equal(hits == count, interval.High == 1);
                foreach (var end in new[] { interval.Low, interval.High }.Where(e => e is > 0 and < 1))
                {
                    var score = Math.Abs(((double)hits / count) - end) / Math.Sqrt(end * (1 - end) / count);
                    Assert.Equal(1.6448536269514722, score, 9);
                }
            }
        }
    }

    [Theory]
    // Standard tables.
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.9599639845400545)]
    [InlineData(0.995, 2.5758293035489004)]
    [InlineData(0.01, -2.3263478740408408)]
    [InlineData(0.001, -3.0902323061678132)]
    [InlineData(1e-9, -5.9978070150076869)]
    public void Normal_quantiles_match_tables(double p, double z) => Assert.Equal(z, Normal.Quantile(p), 10);

    [Fact]
    public void Moments_match_a_worked_example()
    {
        double[] values = [2, 4, 4, 4, 5, 5, 7, 9];
        Assert.Equal(5, Moments.Mean(values));
        Assert.Equal(32.0 / 7, Moments.Variance(values), 12);
        // NumPy's documentation of the default ("linear"): percentile 40 of [15, 20, 35, 40, 50] is 29.
        Assert.Equal(29, Moments.Quantile([15, 20, 35, 40, 50], 0.4), 12);
        Assert.Equal(15, Moments.Quantile([15, 20, 35, 40, 50], 0));
        Assert.Equal(50, Moments.Quantile([15, 20, 35, 40, 50], 1));
    }

    [Fact]
    public void A_share_without_cases_has_no_value()
    {
        Assert.Null(Proportion.None.Value);
        Assert.Null(Proportion.None.ToEstimate(0.95));
        Assert.Equal(new Proportion(3, 7), new Proportion(1, 3) + new Proportion(2, 4));
    }

    [Fact]
    public void Bootstrap_depends_only_on_its_key()
    {
        double[] values = [.. Enumerable.Range(0, 50).Select(i => (double)(i * i % 17))];
        Estimate? Run(long seed) => new Bootstrap(KeyedRandom.Of(seed, "evaluate"), 500, 0.95).Mean(values);
        Assert.Equal(Run(1), Run(1));
        Assert.NotEqual(Run(1), Run(2));

        // An earlier use of the same instance does not change the result.
        var used = new Bootstrap(KeyedRandom.Of(1, "evaluate"), 500, 0.95);
        used.Mean([1, 2, 3]);
        Assert.Equal(Run(1), used.Mean(values));
    }

    [Fact]
    public void Resamples_are_the_same_when_there_are_too_many_indices_to_cache()
    {
        // 4,100 × 1,000 indices are too many to cache, and 4,100 × 900 are not. Both must draw the same indices.
        var stream = KeyedRandom.Of(3, "x").Stream();
        double[] values = [.. Enumerable.Range(0, 4100).Select(_ => stream.NextNormal())];
        var large = new Bootstrap(KeyedRandom.Of(3, "b"), 1000, 0.95).Mean(values)!;
        var small = new Bootstrap(KeyedRandom.Of(3, "b"), 900, 0.95).Mean(values)!;
        Assert.Equal(small.Value, large.Value);
        Assert.InRange(large.Interval!.Low - small.Interval!.Low, -0.003, 0.003);
        Assert.InRange(large.Interval.High - small.Interval.High, -0.003, 0.003);
    }

    [Fact]
    public void Bootstrap_interval_of_a_large_sample_matches_the_normal_interval()
    {
        var stream = KeyedRandom.Of(5, "x").Stream();
        double[] values = [.. Enumerable.Range(0, 800).Select(_ => 3 + (2 * stream.NextNormal()))];
        var estimate = new Bootstrap(KeyedRandom.Of(5, "b"), 4000, 0.95).Mean(values)!;
        var half = 1.96 * Math.Sqrt(Moments.Variance(values) / values.Length);
        Assert.Equal(Moments.Mean(values), estimate.Value, 12);
        Assert.Equal(800, estimate.Count);
        Assert.InRange(estimate.Interval!.Low, estimate.Value - (half * 1.07), estimate.Value - (half * 0.93));
        Assert.InRange(estimate.Interval.High, estimate.Value + (half * 0.93), estimate.Value + (half * 1.07));
    }

    [Fact]
    public void Intervals_over_clusters_cover_the_truth_but_intervals_over_samples_do_not()
    {
        // 300 simulated evaluations of 60 questions. Questions differ in difficulty, which the 8 samples of a question share.
        var (clustered, naive, runs) = (0, 0, 300);
        for (var run = 0; run < runs; run++)
        {
            var stream = KeyedRandom.Of(run, "simulate").Stream();
            var clusters = new List<Cluster>();
            for (var q = 0; q < 60; q++)
            {
                // Half of the questions have accuracy 0.1 and half 0.7, so the true accuracy is 0.4.
                var p = stream.NextBool(0.5) ? 0.1 : 0.7;
                clusters.Add(new Cluster(Enumerable.Range(0, 8).Count(_ => stream.NextBool(p)), 8));
            }

            var estimate = new Bootstrap(KeyedRandom.Of(run, "bootstrap"), 400, 0.95).Ratio(clusters)!;
            clustered += estimate.Interval!.Low <= 0.4 && 0.4 <= estimate.Interval.High ? 1 : 0;
            var wilson = Wilson.Interval(clusters.Sum(c => c.Total), 480, 0.95);
            naive += wilson.Low <= 0.4 && 0.4 <= wilson.High ? 1 : 0;
        }

        // 0.95 minus three standard errors for 300 runs is 0.912. Treating samples as independent covers about 0.74.
        Assert.InRange((double)clustered / runs, 0.90, 0.985);
        Assert.True(naive < clustered - 30, $"naive {naive}, clustered {clustered}");
    }

    [Fact]
    public void Interval_of_a_paired_difference_is_narrower_than_those_of_its_sides()
    {
        // The left side solves the same questions as the right side and 5 % more.
        var left = Enumerable.Range(0, 200).Select(i => new Cluster(i % 2 == 0 || i % 20 == 1 ? 4 : 0, 4)).ToList();
        var right = Enumerable.Range(0, 200).Select(i => new Cluster(i % 2 == 0 ? 4 : 0, 4)).ToList();
        var bootstrap = new Bootstrap(KeyedRandom.Of(1, "b"), 2000, 0.95);
        var difference = bootstrap.Difference(left, right)!;
        Assert.Equal(0.05, difference.Value, 12);
        Assert.True(difference.Interval!.ExcludesZero);
        var alone = bootstrap.Ratio(left)!.Interval!;
        Assert.True(difference.Interval.High - difference.Interval.Low < 0.5 * (alone.High - alone.Low));
        Assert.False(bootstrap.Difference(left, left)!.Interval!.ExcludesZero);
        Assert.Throws<ArgumentOutOfRangeException>(() => bootstrap.Difference(left, [.. right.Take(3)]));
    }

    [Fact]
    public void Interval_has_a_width_when_all_questions_agree()
    {
        var bootstrap = new Bootstrap(KeyedRandom.Of(1, "b"), 200, 0.95);
        var none = bootstrap.Share([.. Enumerable.Repeat(new Cluster(0, 4), 30)])!;
        Assert.Equal(Wilson.Interval(0, 30, 0.95), none.Interval);
        var all = bootstrap.Share([.. Enumerable.Repeat(new Cluster(4, 4), 30)])!;
        Assert.Equal(Wilson.Interval(30, 30, 0.95), all.Interval);
    }

    [Fact]
    public void Intervals_cover_the_truth_when_correct_answers_are_rare()
    {
        // 2 % of the questions are solved, so a typical resample of 60 has no correct answer. The percentile bootstrap alone covers the
        // truth in only about two of three runs.
        var (share, plain, difference, runs) = (0, 0, 0, 300);
        for (var run = 0; run < runs; run++)
        {
            var stream = KeyedRandom.Of(run, "rare").Stream();
            List<Cluster> Draw() =>
                [.. Enumerable.Range(0, 60).Select(_ => new Cluster(stream.NextBool(0.02) ? 1 + stream.Next(4) : 0, 4))];
            var (left, right) = (Draw(), Draw());
            var bootstrap = new Bootstrap(KeyedRandom.Of(run, "b"), 300, 0.95);

            // The true share is 0.02 × (1 + 2 + 3 + 4) / 16 on both sides.
            share += Covers(bootstrap.Share(left)!.Interval!, 0.0125);
            plain += Covers(bootstrap.Ratio(left)!.Interval!, 0.0125);
            difference += Covers(bootstrap.Difference(left, right)!.Interval!, 0);
        }

        static int Covers(Interval interval, double truth) => interval.Low <= truth && truth <= interval.High ? 1 : 0;
        Assert.True(share > 0.93 * runs, $"{share}");
        Assert.True(difference > 0.93 * runs, $"{difference}");
        Assert.True(plain < 0.8 * runs, $"{plain}");
    }

    [Fact]
    public void Interval_of_a_difference_has_a_width_when_no_question_differs()
    {
        var bootstrap = new Bootstrap(KeyedRandom.Of(1, "b"), 200, 0.95);
        var same = Enumerable.Range(0, 30).Select(i => new Cluster(i % 3, 4)).ToList();
        var none = bootstrap.Difference(same, same)!;
        var limit = Wilson.Interval(0, 30, 0.95).High;
        Assert.Equal((0.0, -limit, limit), (none.Value, none.Interval!.Low, none.Interval.High));
        var always = bootstrap.Difference([.. Enumerable.Repeat(new Cluster(4, 4), 4)], [.. Enumerable.Repeat(new Cluster(0, 4), 4)])!;
        Assert.Equal(1, always.Interval!.High);
        Assert.InRange(always.Interval.Low, -1, 0.5);
    }

    [Fact]
    public void One_question_gives_no_interval_and_no_question_gives_no_estimate()
    {
        var bootstrap = new Bootstrap(KeyedRandom.Of(1, "b"), 200, 0.95);
        Assert.Null(bootstrap.Ratio([new Cluster(2, 4)])!.Interval);
        Assert.Null(bootstrap.Ratio([]));
        Assert.Null(bootstrap.Ratio([new Cluster(0, 0)]));
    }
}
