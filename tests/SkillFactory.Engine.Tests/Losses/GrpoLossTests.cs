using SkillFactory.Core.Recipes;
using SkillFactory.Engine.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Tests.Losses;

[Collection(TensorCollection.Name)]
public class GrpoLossTests
{
    private static readonly double[] Ratios = [0.3, 0.79, 0.81, 0.999, 1.0, 1.001, 1.27, 1.29, 4.0];

    [Theory]
    [InlineData(0.2, 0.2, null)]
    [InlineData(0.2, 0.28, null)]
    [InlineData(0.05, 3.5, null)]
    [InlineData(1, 3.5, null)]
    [InlineData(0.2, 0.2, 3.0)]
    [InlineData(0.2, 0.05, 1.1)]
    public void Loss_and_counts_equal_those_of_the_scalar_formula(double low, double high, double? dual)
    {
        using var scope = NewDisposeScope();
        var tokens = Ratios.SelectMany(r => new[] { 1.5, -0.7, 0.0 }.Select(a => (Ratio: r, Advantage: a))).ToArray();
        var response = new ScalarResponse(
            [.. tokens.Select(t => -1.25 + Math.Log(t.Ratio))],
            [.. tokens.Select(_ => -1.25)],
            [.. tokens.Select(t => t.Advantage)]
        )
        {
            Reference = [.. tokens.Select(t => -1.1 - (0.3 * t.Advantage))],
        };
        var settings = new GrpoSettings
        {
            ClipLow = low,
            ClipHigh = high,
            DualClip = dual,
            KlCoefficient = 0.4,
        };
        var (loss, sums) = GrpoLoss.Of(Tokens([response]), settings, 8);
        var expected = ScalarGrpoLoss.Of([response], settings) * tokens.Length;
        Assert.Equal(expected / 8, loss.item<float>(), 1e-5);
        Assert.Equal(expected, sums.Loss, 1e-4);
        Assert.Equal(Ratios.Count(r => r < 1 - low), sums.ClippedLow);
        Assert.Equal(Ratios.Count(r => r > 1 + high), sums.ClippedHigh);
        Assert.Equal(response.LogProbs.Zip(response.Reference, (p, q) => ScalarGrpoLoss.Kl("k3", p, q)).Sum(), sums.Kl, 1e-4);
        Assert.Equal(Ratios.Max(r => Math.Abs(Math.Log(r))), sums.MaxLogProbDifference, 1e-5);
        Assert.Equal(3 * Ratios.Sum(r => Math.Abs(Math.Log(r))), sums.LogProbDifference, 1e-4);
        Assert.Equal(-3 * Ratios.Sum(Math.Log), sums.OldPolicyKl, 1e-4);
        Assert.Equal(dual is { } bound ? Ratios.Count(r => r > bound) : 0, sums.ClippedDual);
    }

    /// <summary>The slope of −min(r·A, clip(r)·A) in log p is −r·A where the unclipped term is smaller, and 0 elsewhere: a token with a
    /// positive advantage is not pushed above 1 + high, one with a negative advantage not below 1 − low.</summary>
    [Theory]
    [InlineData(0.79, 1.0, true)]
    [InlineData(0.79, -1.0, false)]
    [InlineData(0.81, -1.0, true)]
    [InlineData(1.0, 1.0, true)]
    [InlineData(1.0, -1.0, true)]
    [InlineData(1.27, 1.0, true)]
    [InlineData(1.29, 1.0, false)]
    [InlineData(1.29, -1.0, true)]
    [InlineData(50.0, -1.0, true)]
    public void The_gradient_is_0_exactly_where_the_clip_applies(double ratio, double advantage, bool moves)
    {
        using var scope = NewDisposeScope();
        var logProbs = Row([-0.8 + Math.Log(ratio)]);
        logProbs.requires_grad_(true);
        var (loss, _) = GrpoLoss.Of(
            new PolicyTokens(logProbs, Row([-0.8]), Row([advantage]), [1]),
            new GrpoSettings { ClipLow = 0.2, ClipHigh = 0.28 },
            4
        );
        loss.backward();
        Assert.Equal(moves ? -ratio * advantage / 4 : 0, logProbs.grad!.item<float>(), 1e-5 * ratio);
    }

    /// <summary>A dual clip bounds the loss of tokens with a negative advantage and a large ratio, and changes nothing else.</summary>
    [Theory]
    [InlineData(2.99, -1.0, true)]
    [InlineData(3.01, -1.0, false)]
    [InlineData(50.0, -0.5, false)]
    [InlineData(0.79, -1.0, false)]
    [InlineData(0.79, 1.0, true)]
    [InlineData(50.0, 1.0, false)]
    public void A_dual_clip_bounds_the_loss_of_a_token_with_a_negative_advantage(double ratio, double advantage, bool moves)
    {
        using var scope = NewDisposeScope();
        var logProbs = Row([-0.8 + Math.Log(ratio)]);
        logProbs.requires_grad_(true);
        var (loss, _) = GrpoLoss.Of(
            new PolicyTokens(logProbs, Row([-0.8]), Row([advantage]), [1]),
            new GrpoSettings
            {
                ClipLow = 0.2,
                ClipHigh = 0.28,
                DualClip = 3,
            },
            4
        );
        loss.backward();
        Assert.Equal(moves ? -ratio * advantage / 4 : 0, logProbs.grad!.item<float>(), 1e-5 * ratio);
        Assert.True(loss.item<float>() <= 3 * Math.Abs(advantage) / 4 + 1e-6);
    }

    [Theory]
    [InlineData(-0.5)]
    [InlineData(0.0)]
    [InlineData(0.9)]
    public void The_KL_penalty_pulls_towards_the_reference_policy(double aboveReference)
    {
        using var scope = NewDisposeScope();
        var logProbs = Row([-1.0 + aboveReference]);
        logProbs.requires_grad_(true);
        var (loss, sums) = GrpoLoss.Of(
            new PolicyTokens(logProbs, Row([-1.0 + aboveReference]), Row([0]), [1]) { Reference = Row([-1.0]) },
            new GrpoSettings
            {
                ClipLow = 0.2,
                ClipHigh = 0.2,
                KlCoefficient = 0.5,
            },
            1
        );
        loss.backward();

        // d k3 / d log p = 1 − e^(ref − log p).
        Assert.Equal(0.5 * (1 - Math.Exp(-aboveReference)), logProbs.grad!.item<float>(), 1e-5);
        Assert.True(aboveReference == 0 ? sums.Kl == 0 : sums.Kl > 0);
    }

    internal static PolicyTokens Tokens(IReadOnlyList<ScalarResponse> responses) =>
        new(
            Row(responses.SelectMany(r => r.LogProbs)),
            Row(responses.SelectMany(r => r.Old)),
            Row(responses.SelectMany(r => r.Advantages)),
            [.. responses.Select(r => r.LogProbs.Length)]
        )
        {
            Reference = responses[0].Reference is null ? null : Row(responses.SelectMany(r => r.Reference!)),
            Weights = responses[0].Weights is null ? null : Row(responses.SelectMany(r => r.Weights!)),
        };

    private static Tensor Row(IEnumerable<double> values) => tensor(values.Select(v => (float)v).ToArray());
}
