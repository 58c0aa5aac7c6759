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
    public void Darwins_maize()
    {
        // Fisher 1935, The Design of Experiments, section 21: of 32,768 sign patterns of Darwin's 15 differences (eighths of an inch), 1,726 are
        // as far out as observed; p = 0.05267.
        double[] eighths = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
        var exact = Run(eighths);
        Assert.True(exact.Exact);
        Assert.Equal(1726.0 / 32768, exact.P, 12);
        // The same pattern by pattern: irrational differences have no common unit.
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
    public void With_one_sample_per_question_it_is_McNemars_exact_test(int gained, int lost, double p)
    {
        var result = Run([.. Enumerable.Repeat(1.0, gained), .. Enumerable.Repeat(-1.0, lost), .. Enumerable.Repeat(0.0, 40)]);
        Assert.Equal(p, result.P, 12);
        Assert.Equal(gained + lost, result.Differing);
    }

    [Fact]
    public void Sums_equal_full_enumeration()
    {
        for (long seed = 0; seed < 40; seed++)
        {
            var stream = KeyedRandom.Of(seed, "pairs").Stream();
            var left = new List<Cluster>();
            var right = new List<Cluster>();
            for (var i = 0; i < 1 + stream.Next(11); i++)
            {
                // Sides with 3 and 4 samples: the common unit is a twelfth.
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
    public void Drawn_patterns_agree_with_all_of_them()
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
    public void False_alarms_are_as_rare_as_promised()
    {
        var alarms = 0;
        for (var run = 0; run < 400; run++)
        {
            var stream = KeyedRandom.Of(run, "null").Stream();
            List<Cluster> Draw(Func<int, double> difficulty) =>
                [.. Enumerable.Range(0, 50).Select(q => new Cluster(Enumerable.Range(0, 4).Count(_ => stream.NextBool(difficulty(q))), 4))];
            alarms += SignFlipTest.Run(Draw(q => q / 50.0), Draw(q => q / 50.0), Random).P < 0.05 ? 1 : 0;
        }

        // .05 of 400 is 20, standard error 4.4.
        Assert.InRange(alarms, 5, 33);
    }

    [Fact]
    public void Nothing_that_differs_proves_nothing()
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
        // Never above one, never out of order; ties stay ties.
        Assert.Equal([1, 1, 0.06], Holm.Adjust([0.7, 0.6, 0.02]).Select(p => Math.Round(p, 12)));
        Assert.Equal([0.04, 0.04], Holm.Adjust([0.02, 0.02]));
        Assert.Empty(Holm.Adjust([]));
    }
}
