using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Sampling;
using SkillFactory.Engine.Tests.Models;

namespace SkillFactory.Engine.Tests.Sampling;

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
        // Logits 2 and 6 are equal. A cut between them would be arbitrary, so both stay, as in Hugging Face's TopKLogitsWarper.
        var threshold = Logits.OrderDescending().ElementAt(Math.Min(k, Logits.Length) - 1);
        var expected = Renormalized(Reference(Logits, 0.8), i => Logits[i] >= threshold);
        Assert.Equal(k == 1 ? 2 : Math.Min(k, 8), expected.Count(p => p > 0));
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
        var order = Enumerable.Range(0, Logits.Length).OrderByDescending(i => Logits[i]).ToArray();
        var count = Enumerable.Range(1, Logits.Length).First(n => n == Logits.Length || order.Take(n).Sum(i => probabilities[i]) >= mass);
        var threshold = Logits[order[count - 1]];
        AssertDistribution(
            Renormalized(Reference(Logits, 1.3), i => Logits[i] >= threshold),
            new Decoding { Temperature = 1.3, TopP = mass }
        );
    }

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
        var first = sampler.Draw(Logits, 0.4, [2]);
        sampler.Draw([.. Logits.Select(l => -l)], 0.9, [1, 2, 3]);
        Assert.Equal(first, sampler.Draw(Logits, 0.4, [2]));
    }

    [Fact]
    public void Large_logits_do_not_overflow()
    {
        var shifted = Logits.Select(l => l + 5e4f).ToArray();
        var (token, logProb, entropy) = new TokenSampler(Logits.Length, new Decoding()).Draw(shifted, 0.5, []);
        var expected = ReferenceDecoder.LogSoftmax([.. shifted.Select(l => (double)l)]);
        Assert.Equal(expected[token], logProb, 1e-5);
        Assert.Equal(-expected.Sum(l => Math.Exp(l) * l), entropy, 1e-5);
    }

    private static (int Token, float LogProb, double Entropy) Draw(Decoding decoding, double uniform, int[]? seen = null) =>
        new TokenSampler(Logits.Length, decoding).Draw(Logits, uniform, seen ?? []);

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
            var token = sampler.Draw(Logits, (i + 0.5) / Grid, seen ?? []).Token;
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
