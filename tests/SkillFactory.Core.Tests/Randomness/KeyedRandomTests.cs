using CsCheck;
using SkillFactory.Core.Randomness;

namespace SkillFactory.Core.Tests;

public class KeyedRandomTests
{
    /// <summary>Known-answer vectors published with Random123 (kat_vectors, philox4x32, 10 rounds), with the low word of the key
    /// first.</summary>
    [Theory]
    [InlineData(0x00000000_00000000UL, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(
        0xffffffff_ffffffffUL,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0x408f276du,
        0x41c83b0eu,
        0xa20bc7c6u,
        0x6d5451fdu
    )]
    [InlineData(
        0x299f31d0_a4093822UL,
        0x243f6a88u,
        0x85a308d3u,
        0x13198a2eu,
        0x03707344u,
        0xd16cfe09u,
        0x94fdccebu,
        0x5001e420u,
        0x24126ea1u
    )]
    public void Blocks_match_the_published_vectors(ulong key, uint c0, uint c1, uint c2, uint c3, uint a, uint b, uint c, uint d) =>
        Assert.Equal((a, b, c, d), KeyedRandom.Block(key, c0, c1, c2, c3));

    [Fact]
    public void A_uniform_draw_uses_the_first_53_bits_of_its_block() =>
        Gen.Select(Gen.ULong, Gen.UInt)
            .Sample(
                (key, counter) =>
                {
                    var (a, b, _, _) = KeyedRandom.Block(key, counter, 0, 0, 0);
                    var bits = ((((UInt128)a << 32) | b) >> 11) & ((1UL << 53) - 1);
                    var value = new KeyedRandom(key).Uniform(counter);
                    Assert.Equal((double)bits / Math.Pow(2, 53), value);
                    Assert.InRange(value, 0, 1 - Math.Pow(2, -53));
                }
            );

    [Fact]
    public void Draws_do_not_depend_on_their_order() =>
        Gen.Long.Sample(seed =>
        {
            var root = KeyedRandom.Of(seed, "sample");
            var forward = Enumerable.Range(0, 20).Select(i => root.Child("q").Child(i % 4).Uniform((uint)i)).ToArray();
            var backward = Enumerable.Range(0, 20).Reverse().Select(i => root.Child("q").Child(i % 4).Uniform((uint)i)).Reverse().ToArray();
            Assert.Equal(forward, backward);
            var stream = root.Child("q").Stream();
            Assert.All(Enumerable.Range(0, 10), i => Assert.Equal(root.Child("q").Uniform((uint)i), stream.NextDouble()));
        });

    [Fact]
    public void Keys_of_seeds_stages_names_and_indices_differ()
    {
        var keys = new List<ulong>();
        for (var seed = -50; seed <= 50; seed++)
        {
            foreach (var stage in new[] { "sample", "reflect", "" })
            {
                var root = KeyedRandom.Of(seed, stage);
                keys.Add(root.Key);
                for (var i = 0; i < 20; i++)
                {
                    keys.Add(root.Child(i).Key);
                    keys.Add(root.Child($"{i}").Key);
                    keys.Add(root.Child(i + (1L << 32)).Key);
                }
            }
        }

        Assert.Equal(keys.Count, keys.Distinct().Count());
        var (one, two) = (new KeyedRandom(5).Child("a").Child("b"), new KeyedRandom(5).Child("b").Child("a"));
        Assert.NotEqual(one, two);
    }

    /// <summary>Chi-squared over 64 cells, along counters and along neighbouring keys; the limit is its 1 − 10⁻⁹ quantile (about 152 at 63
    /// degrees of freedom), and the keys are fixed.</summary>
    [Fact]
    public void Draws_are_uniform_along_counters_and_across_keys()
    {
        var root = KeyedRandom.Of(7, "uniformity");
        AssertUniform(Enumerable.Range(0, 64_000).Select(i => root.Uniform((uint)i)));
        AssertUniform(Enumerable.Range(0, 64_000).Select(i => root.Child(i).Uniform(0)));
        AssertUniform(Enumerable.Range(0, 64_000).Select(i => new KeyedRandom((ulong)i).Uniform(0)));
        AssertUniform(Enumerable.Range(0, 64_000).Select(i => KeyedRandom.Of(i, "s").Uniform(3)));

        // Adjacent draws are independent: the pair (u(i), u(i + 1)) over 8 × 8 cells.
        AssertUniform(Enumerable.Range(0, 64_000).Select(i => (Math.Floor(root.Child(i).Uniform(0) * 8) + root.Child(i).Uniform(1)) / 8));
        AssertUniform(
            Enumerable
                .Range(0, 64_000)
                .Select(i => (Math.Floor(root.Child(2L * i).Uniform(0) * 8) + root.Child((2L * i) + 1).Uniform(0)) / 8)
        );

        static void AssertUniform(IEnumerable<double> draws)
        {
            var counts = new int[64];
            foreach (var u in draws)
            {
                counts[(int)(u * 64)]++;
            }

            var expected = counts.Sum() / 64.0;
            var chiSquared = counts.Sum(c => (c - expected) * (c - expected) / expected);
            Assert.InRange(chiSquared, 20, 152);
        }
    }

    [Fact]
    public void Integers_cover_their_range_evenly()
    {
        var stream = KeyedRandom.Of(1, "integers").Stream();
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[stream.Next(-3, 3) + 3]++;
        }

        Assert.All(counts, c => Assert.InRange(c, 10_000 - 500, 10_000 + 500));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Next(0));
    }

    [Fact]
    public void Weighted_picks_follow_the_weights()
    {
        var stream = KeyedRandom.Of(1, "weights").Stream();
        var counts = new int[3];
        for (var i = 0; i < 40_000; i++)
        {
            counts[stream.PickWeighted([3, 0, 1])]++;
        }

        Assert.Equal(0, counts[1]);
        Assert.InRange(counts[0], 30_000 - 450, 30_000 + 450);
    }

    [Fact]
    public void A_shuffle_gives_every_permutation_with_equal_probability()
    {
        Gen.Select(Gen.Long, Gen.Int[0, 30])
            .Sample(
                (seed, n) =>
                {
                    var items = Enumerable.Range(0, n).ToArray();
                    KeyedRandom.Of(seed, "shuffle").Stream().Shuffle(items);
                    Assert.Equal(Enumerable.Range(0, n), items.Order());
                }
            );

        var root = KeyedRandom.Of(3, "permutations");
        var counts = Enumerable
            .Range(0, 24_000)
            .Select(i =>
            {
                var items = new[] { 'a', 'b', 'c', 'd' };
                root.Child(i).Stream().Shuffle(items);
                return new string(items);
            })
            .CountBy(s => s)
            .ToDictionary();
        Assert.Equal(24, counts.Count);
        Assert.All(counts.Values, c => Assert.InRange(c, 1000 - 180, 1000 + 180));
    }

    [Fact]
    public void Normal_draws_have_the_moments_of_a_standard_normal()
    {
        var stream = KeyedRandom.Of(11, "normal").Stream();
        var draws = Enumerable.Range(0, 100_000).Select(_ => stream.NextNormal()).ToArray();
        Assert.All(draws, d => Assert.True(double.IsFinite(d)));

        // Standard errors: mean 1/√n, second moment √2/√n, fourth moment √96/√n.
        var n = Math.Sqrt(draws.Length);
        Assert.InRange(draws.Average(), -5 / n, 5 / n);
        Assert.InRange(draws.Average(d => d * d), 1 - (5 * Math.Sqrt(2) / n), 1 + (5 * Math.Sqrt(2) / n));
        Assert.InRange(draws.Average(d => d * d * d * d), 3 - (5 * Math.Sqrt(96) / n), 3 + (5 * Math.Sqrt(96) / n));
    }
}
