using SkillFactory.Core.Randomness;
using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Tests.Statistics;

public class TestsOfDifferencesTests
{
    private static readonly KeyedRandom Random = KeyedRandom.Of(1, "test");

    private static SignFlipResult Run(IEnumerable<double> differences, double weight = 1)
    {
        var all = differences.ToList();
        return SignFlipTest.Run(
            [.. all.Select(d => new Cluster(Math.Max(d, 0) * weight, weight))],
            [.. all.Select(d => new Cluster(Math.Max(-d, 0) * weight, weight))],
            Random
        );
    }

    [Fact]
    public void Sign_flip_test_matches_Fishers_result_for_Darwins_maize()
    {
        // Fisher 1935, The Design of Experiments, section 21: for Darwin's 15 differences (in eighths of an inch), 1,726 of 32,768 sign
        // patterns are at least as far from zero as the observed one; p = 0.05267.
        double[] eighths = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
        var exact = Run(eighths);
        Assert.True(exact.Exact);
        Assert.Equal(1726.0 / 32768, exact.P, 12);
        // Irrational differences have no common unit, so this enumerates the patterns.
        var patterns = Run(eighths.Select(d => d * Math.PI));
        Assert.True(patterns.Exact);
        Assert.Equal(1726.0 / 32768, patterns.P, 12);
    }

    [Theory]
    // Exact McNemar: two-sided binomial with p = 1/2 on the discordant pairs.
    [InlineData(1, 9, 22.0 / 1024)]
    [InlineData(5, 5, 1)]
    [InlineData(0, 6, 2.0 / 64)]
    [InlineData(8, 2, 112.0 / 1024)]
    public void Sign_flip_test_with_one_sample_per_question_is_the_exact_McNemar_test(int gained, int lost, double p)
    {
        var result = Run([.. Enumerable.Repeat(1.0, gained), .. Enumerable.Repeat(-1.0, lost), .. Enumerable.Repeat(0.0, 40)]);
        Assert.Equal(p, result.P, 12);
        Assert.Equal(gained + lost, result.Differing);
    }

    [Fact]
    public void Distribution_of_sums_gives_the_same_p_as_full_enumeration()
    {
        for (long seed = 0; seed < 40; seed++)
        {
            var stream = KeyedRandom.Of(seed, "pairs").Stream();
            var left = new List<Cluster>();
            var right = new List<Cluster>();
            for (var i = 0; i < 1 + stream.Next(11); i++)
            {
                // The sides have 4 and 3 samples, so the common unit is 1 / 12.
                left.Add(new Cluster(stream.Next(5), 4));
                right.Add(new Cluster(stream.Next(4), 3));
            }

            double[] d = [.. left.Zip(right, (l, r) => (l.Total / 4) - (r.Total / 3))];
            var observed = Math.Abs(d.Sum());
            var patterns = Enumerable
                .Range(0, 1 << d.Length)
                .Select(mask => d.Select((x, i) => (mask >> i & 1) == 0 ? x : -x).Sum())
                .ToList();
            var result = SignFlipTest.Run(left, right, Random);
            Assert.True(result.Exact);
            Assert.Equal((double)patterns.Count(s => Math.Abs(s) >= observed - 1e-9) / patterns.Count, result.P, 9);
        }
    }

    [Fact]
    public void Random_patterns_agree_with_the_exact_test()
    {
        var stream = KeyedRandom.Of(3, "x").Stream();
        double[] whole = [.. Enumerable.Range(0, 60).Select(_ => (double)(stream.Next(9) - 3))];
        var exact = Run(whole);
        var drawn = Run(whole.Select(d => d * Math.PI));
        Assert.True(exact.Exact);
        Assert.False(drawn.Exact);
        Assert.InRange(drawn.P - exact.P, -0.015, 0.015);
        Assert.True(drawn.P > 0);
    }

    [Fact]
    public void False_positives_occur_at_the_significance_level()
    {
        var falsePositives = 0;
        for (var run = 0; run < 400; run++)
        {
            var stream = KeyedRandom.Of(run, "null").Stream();
            List<Cluster> Draw(Func<int, double> difficulty) =>
                [.. Enumerable.Range(0, 50).Select(q => new Cluster(Enumerable.Range(0, 4).Count(_ => stream.NextBool(difficulty(q))), 4))];
            falsePositives += SignFlipTest.Run(Draw(q => q / 50.0), Draw(q => q / 50.0), Random).P < 0.05 ? 1 : 0;
        }

        // Expected are 0.05 × 400 = 20, with a standard error of 4.4.
        Assert.InRange(falsePositives, 5, 33);
    }

    [Fact]
    public void P_is_one_when_no_pair_or_one_pair_differs()
    {
        Assert.Equal(new SignFlipResult(1, true, 0), Run([0, 0, 0]));
        Assert.Equal(new SignFlipResult(1, true, 0), SignFlipTest.Run([new Cluster(3, 4)], [default], Random));
        Assert.Equal(1, Run([1]).P);
    }

    [Fact]
    public void Holm_matches_a_worked_example()
    {
        // R's documentation idiom: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02.
        Assert.Equal([0.03, 0.06, 0.06, 0.02], Holm.Adjust([0.01, 0.04, 0.03, 0.005]).Select(p => Math.Round(p, 12)));
        // Adjusted values are at most 1, keep their order, and ties stay ties.
        Assert.Equal([1, 1, 0.06], Holm.Adjust([0.7, 0.6, 0.02]).Select(p => Math.Round(p, 12)));
        Assert.Equal([0.04, 0.04], Holm.Adjust([0.02, 0.02]));
        Assert.Empty(Holm.Adjust([]));
    }
}
