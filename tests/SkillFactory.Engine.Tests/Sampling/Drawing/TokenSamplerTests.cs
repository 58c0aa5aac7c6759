using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Sampling.Drawing;
using SkillFactory.Engine.Tests.Models;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Tests.Sampling.Drawing;

public class TokenSamplerTests
{
    private const int Grid = 4000;
    private static readonly float[] Logits = [0.3f, -1.5f, 2.2f, 1.9f, -30f, 0.0f, 2.2f, -0.7f];

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.7)]
    [InlineData(2.5)]
    [InlineData(0.05)]
    public void Log_probability_and_entropy_equal_those_of_the_softmax_after_temperature(double temperature)
    {
        var expected = Reference(Logits, temperature);
        foreach (var uniform in new[] { 0.0, 0.2, 0.5, 0.9, 0.999 })
        {
            var (token, logProb, entropy) = Draw(new Decoding { Temperature = temperature }, uniform);
            Assert.Equal(expected[token], logProb, 1e-5);
            Assert.Equal(-expected.Sum(l => Math.Exp(l) * l), entropy, 1e-5);
        }
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.7)]
    [InlineData(2.5)]
    public void A_uniform_number_is_inverted_through_the_cumulative_distribution(double temperature) =>
        AssertDistribution([.. Reference(Logits, temperature).Select(Math.Exp)], new Decoding { Temperature = temperature });

    [Fact]
    public void The_ends_of_the_unit_interval_select_the_first_and_last_possible_token()
    {
        Assert.Equal(0, Draw(new Decoding(), 0).Token);
        Assert.Equal(7, Draw(new Decoding(), Math.BitDecrement(1.0)).Token);
        Assert.Equal(2, Draw(new Decoding { TopK = 2 }, 0).Token);
        Assert.Equal(6, Draw(new Decoding { TopK = 2 }, Math.BitDecrement(1.0)).Token);
    }

    [Fact]
    public void Greedy_decoding_takes_the_first_most_likely_token_and_reports_temperature_1()
    {
        var (token, logProb, entropy) = Draw(new Decoding { Temperature = 0 }, 0.99);
        var expected = Reference(Logits, 1);
        Assert.Equal(2, token);
        Assert.Equal(expected[2], logProb, 1e-5);
        Assert.Equal(-expected.Sum(l => Math.Exp(l) * l), entropy, 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(100)]
    public void Top_k_keeps_the_most_likely_tokens_and_their_proportions(int k)
    {
        var kept = Order(Logits).Take(k).ToHashSet();
        var expected = Renormalized(Reference(Logits, 0.8), kept.Contains);
        Assert.Equal(Math.Min(k, 8), expected.Count(p => p > 0));
        AssertDistribution(expected, new Decoding { Temperature = 0.8, TopK = k });
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.6)]
    [InlineData(0.9)]
    [InlineData(0.999)]
    [InlineData(1.0)]
    public void Top_p_keeps_the_fewest_most_likely_tokens_that_reach_the_mass(double mass)
    {
        // Brute force: the smallest number of most likely tokens whose probability is at least the mass.
        var probabilities = Reference(Logits, 1.3).Select(Math.Exp).ToArray();
        var order = Order(Logits);
        var count = Enumerable.Range(1, Logits.Length).First(n => n == Logits.Length || order.Take(n).Sum(i => probabilities[i]) >= mass);
        AssertDistribution(Renormalized(Reference(Logits, 1.3), order[..count].Contains), new Decoding { Temperature = 1.3, TopP = mass });
    }

    [Fact]
    public void Of_equally_likely_tokens_top_k_and_top_p_keep_those_with_lower_ids()
    {
        // Logits 2 and 6 are equal and the largest; each has a probability of about 0.33.
        AssertDistribution([0, 0, 1, 0, 0, 0, 0, 0], new Decoding { TopK = 1 });
        AssertDistribution([0, 0, 1, 0, 0, 0, 0, 0], new Decoding { TopP = 0.2 });
        var flat = new float[3000];
        foreach (
            var decoding in new[]
            {
                new Decoding { TopK = 700 },
                new Decoding { TopP = 700 / 3000.0 - 1e-9 },
            }
        )
        {
            var sampler = new TokenSampler(flat.Length, decoding);
            for (var i = 0; i < 700; i++)
            {
                Assert.Equal(i, sampler.Draw(flat, (i + 0.5) / 700, [], []).Token);
            }
        }
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void Min_p_keeps_the_tokens_with_a_share_of_the_largest_probability(double minP)
    {
        var probabilities = Reference(Logits, 0.9).Select(Math.Exp).ToArray();
        var expected = Renormalized(Reference(Logits, 0.9), i => probabilities[i] >= (minP * probabilities.Max()) - 1e-9);
        Assert.True(expected.Count(p => p > 0) < Logits.Length);
        AssertDistribution(expected, new Decoding { Temperature = 0.9, MinP = minP });
    }

    [Fact]
    public void Large_vocabularies_are_cut_like_a_full_sort_cuts_them()
    {
        // The reference sorts everything. Some logits are rounded, so that there are many ties.
        var stream = new KeyedRandom(5).Stream();
        foreach (var round in Enumerable.Range(0, 60))
        {
            var vocab = stream.Next(100, 5000);
            var (spread, steps) = (stream.NextDouble() * 6, round % 3 == 0 ? 4 : 1 << 20);
            var logits = Enumerable
                .Range(0, vocab)
                .Select(_ => (float)(Math.Round(stream.NextNormal() * spread * steps) / steps))
                .ToArray();
            var decoding = new Decoding
            {
                Temperature = 0.5 + stream.NextDouble(),
                TopK = round % 2 == 0 ? stream.Next(1, vocab) : 0,
                TopP = round % 4 < 3 ? 0.02 + (0.97 * stream.NextDouble()) : 1,
            };
            var logProbs = ReferenceDecoder.LogSoftmax([.. logits.Select(l => (double)l)], decoding.Temperature);
            var order = Order(logits);
            var kept = decoding.TopK > 0 ? order[..decoding.TopK] : order;
            var total = kept.Sum(i => Math.Exp(logProbs[i]));
            var (mass, count) = (0.0, 0);
            while (count < kept.Length && (decoding.TopP == 1 || mass < decoding.TopP * total))
            {
                mass += Math.Exp(logProbs[kept[count++]]);
            }

            var allowed = kept[..count].Order().ToArray();
            var sampler = new TokenSampler(vocab, decoding);
            var entropy = -logProbs.Sum(l => Math.Exp(l) * l);
            var below = 0.0;
            foreach (var token in allowed)
            {
                // The middle of the token's interval selects it, unless the interval is as small as rounding.
                var share = Math.Exp(logProbs[token]) / mass;
                if (share > 1e-5)
                {
                    var drawn = sampler.Draw(logits, below + (share / 2), [], []);
                    Assert.Equal((token, logProbs[token], entropy), (drawn.Token, (double)drawn.LogProb, drawn.Entropy), Near);
                }

                below += share;
            }
        }

        static bool Near((int Token, double LogProb, double Entropy) a, (int Token, double LogProb, double Entropy) b) =>
            a.Token == b.Token && Math.Abs(a.LogProb - b.LogProb) < 1e-4 && Math.Abs(a.Entropy - b.Entropy) < 1e-4;
    }

    [Fact]
    public void A_banned_token_is_never_drawn_and_has_no_share_of_the_probability()
    {
        var expected = Reference([.. Logits.Select((l, i) => i == 2 ? float.NegativeInfinity : l)], 1);
        var sampler = new TokenSampler(Logits.Length, new Decoding());
        for (var i = 0; i < 100; i++)
        {
            var (token, logProb, entropy) = sampler.Draw(Logits, i / 100.0, [], [2]);
            Assert.NotEqual(2, token);
            Assert.Equal(expected[token], logProb, 1e-5);
            Assert.Equal(-expected.Where(double.IsFinite).Sum(l => Math.Exp(l) * l), entropy, 1e-5);
        }
    }

    [Fact]
    public void Logits_that_are_not_numbers_are_an_error() =>
        Assert.Contains(
            "NaN",
            Assert.Throws<UserErrorException>(() => new TokenSampler(3, new Decoding()).Draw([1, float.NaN, 2], 0.5, [], [])).Message
        );

    [Fact]
    public void Top_p_applies_to_the_tokens_that_top_k_kept()
    {
        // Top-k keeps 2.2, 2.2, 1.9 and 0.3. The first two have 0.69 of their mass, and 0.65 of the total.
        var all = Reference(Logits, 1).Select(Math.Exp).ToArray();
        var four = all[2] + all[6] + all[3] + all[0];
        Assert.True((all[2] + all[6]) / four > 0.67 && all[2] + all[6] < 0.67);
        AssertDistribution(Renormalized(Reference(Logits, 1), i => i is 2 or 6), new Decoding { TopK = 4, TopP = 0.67 });
    }

    [Fact]
    public void Log_probabilities_are_taken_before_top_k_and_top_p()
    {
        var expected = Reference(Logits, 0.7);
        foreach (
            var decoding in new[]
            {
                new Decoding { Temperature = 0.7, TopK = 2 },
                new Decoding { Temperature = 0.7, TopP = 0.3 },
            }
        )
        {
            var (token, logProb, _) = Draw(decoding, 0.5);
            Assert.Equal(expected[token], logProb, 1e-5);
        }
    }

    [Theory]
    [InlineData(1.3)]
    [InlineData(0.5)]
    public void The_repetition_penalty_divides_positive_and_multiplies_negative_logits_once(double penalty)
    {
        int[] seen = [2, 7, 2, 5, 2];
        var penalized = Logits
            .Select(
                (l, i) =>
                    !seen.Contains(i) ? l
                    : l > 0 ? l / penalty
                    : l * penalty
            )
            .ToArray();
        var expected = ReferenceDecoder.LogSoftmax(penalized, 0.9);
        AssertDistribution([.. expected.Select(Math.Exp)], new Decoding { Temperature = 0.9, RepetitionPenalty = penalty }, seen);
        var (token, logProb, _) = Draw(new Decoding { Temperature = 0.9, RepetitionPenalty = penalty }, 0.4, seen);
        Assert.Equal(expected[token], logProb, 1e-5);
    }

    [Fact]
    public void Greedy_decoding_applies_the_repetition_penalty() =>
        Assert.Equal(6, Draw(new Decoding { Temperature = 0, RepetitionPenalty = 1.01 }, 0, [2]).Token);

    [Fact]
    public void A_draw_does_not_depend_on_earlier_draws()
    {
        var decoding = new Decoding
        {
            Temperature = 0.7,
            TopK = 3,
            RepetitionPenalty = 1.2,
        };
        var sampler = new TokenSampler(Logits.Length, decoding);
        var first = sampler.Draw(Logits, 0.4, [2], []);
        sampler.Draw([.. Logits.Select(l => -l)], 0.9, [1, 2, 3], []);
        Assert.Equal(first, sampler.Draw(Logits, 0.4, [2], []));
    }

    [Fact]
    public void Large_logits_do_not_overflow()
    {
        var shifted = Logits.Select(l => l + 5e4f).ToArray();
        var (token, logProb, entropy) = new TokenSampler(Logits.Length, new Decoding()).Draw(shifted, 0.5, [], []);
        var expected = ReferenceDecoder.LogSoftmax([.. shifted.Select(l => (double)l)]);
        Assert.Equal(expected[token], logProb, 1e-5);
        Assert.Equal(-expected.Sum(l => Math.Exp(l) * l), entropy, 1e-5);
    }

    private static DrawnToken Draw(Decoding decoding, double uniform, int[]? seen = null) =>
        new TokenSampler(Logits.Length, decoding).Draw(Logits, uniform, [.. (seen ?? []).Distinct()], []);

    /// <summary>The likeliest token first; of equally likely ones the one with the lowest id.</summary>
    private static int[] Order(float[] logits) => [.. Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).ThenBy(i => i)];

    private static double[] Reference(float[] logits, double temperature) =>
        ReferenceDecoder.LogSoftmax([.. logits.Select(l => (double)l)], temperature);

    private static double[] Renormalized(double[] logProbs, Func<int, bool> kept)
    {
        var probabilities = logProbs.Select((l, i) => kept(i) ? Math.Exp(l) : 0).ToArray();
        return [.. probabilities.Select(p => p / probabilities.Sum())];
    }

    /// <summary>Over an even grid of uniform numbers, each token occurs in proportion to its probability, give or take one grid point, and
    /// never if its probability is 0.</summary>
    private static void AssertDistribution(double[] expected, Decoding decoding, int[]? seen = null)
    {
        var counts = new int[Logits.Length];
        var sampler = new TokenSampler(Logits.Length, decoding);
        var last = -1;
        for (var i = 0; i < Grid; i++)
        {
            var token = sampler.Draw(Logits, (i + 0.5) / Grid, [.. (seen ?? []).Distinct()], []).Token;
            Assert.True(token >= last, "the inverse of a cumulative distribution never decreases");
            last = token;
            counts[token]++;
        }

        for (var v = 0; v < counts.Length; v++)
        {
            Assert.True(expected[v] > 0 || counts[v] == 0, $"token {v} was drawn but has probability 0");
            Assert.InRange(counts[v], (expected[v] * Grid) - 1.01, (expected[v] * Grid) + 1.01);
        }
    }
}
