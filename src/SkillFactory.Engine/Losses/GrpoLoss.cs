using SkillFactory.Core.Recipes;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Losses;

/// <summary>The loss of GRPO (Shao et al. 2024) and its relatives: importance ratio × surrogate × aggregation, and the KL penalty. See
/// docs/reference/grpo-variants.md for the papers.</summary>
internal static class GrpoLoss
{
    /// <summary>
    /// The surrogate per token, times its importance weight, with β times the estimate of the KL to the reference policy (<see
    /// cref="GrpoSettings.KlEstimator"/>), summed with the weights of <see cref="GrpoSettings.Aggregation"/> and divided by the
    /// denominator.
    /// </summary>
    /// <param name="tokens">The micro-batch.</param>
    /// <param name="settings">Ratio, surrogate with its clips, aggregation and β.</param>
    /// <param name="denominator">Divides the sum; see <see cref="Core.Advantages.GrpoMiniBatch"/>.</param>
    public static (Tensor Loss, GrpoLossSums Sums) Of(PolicyTokens tokens, GrpoSettings settings, double denominator)
    {
        var difference = tokens.LogProbs - tokens.Old;
        var ratio = ImportanceRatio.Of(tokens, difference, settings.Ratio);
        var objective =
            settings.Surrogate == RecipeValues.WeightSurrogate ? Weighted(tokens, ratio, settings) : Clipped(tokens, ratio, settings);
        if (tokens.Weights is { } weights)
        {
            objective = objective * weights;
        }

        // The mean of a response is a weight of its tokens; the other aggregations weigh all tokens alike.
        var perToken = settings.Aggregation == RecipeValues.SequenceMean ? tokens.Spread(i => 1f / tokens.Lengths[i]) : null;
        var loss = Sum(objective, perToken).neg();
        double kl = 0;
        if (tokens.Reference is { } reference)
        {
            var estimates = Kl(settings.KlEstimator, tokens.LogProbs, reference);
            var sum = estimates.sum();
            kl = sum.item<float>();
            loss = loss.Plus((perToken is null ? sum : Sum(estimates, perToken)).Times(settings.KlCoefficient));
        }

        // Divide before gradients are switched off.
        var scaled = loss.Over(denominator);
        using var noGrad = no_grad();
        var distance = difference.abs();
        return (
            scaled,
            Counts(tokens, ratio, settings) with
            {
                Loss = loss.item<float>(),
                Kl = kl,
                OldPolicyKl = difference.sum().neg().item<float>(),
                LogProbDifference = distance.sum().item<float>(),
                MaxLogProbDifference = distance.max().item<float>(),
            }
        );
    }

    /// <summary>PPO: min(r·A, clip(r, 1 − low, 1 + high)·A) (Schulman et al. 2017, equation 7). With a dual clip of c the result for
    /// A &lt; 0 is at least c·A (Ye et al. 2020, equation 5).</summary>
    private static Tensor Clipped(PolicyTokens tokens, Tensor ratio, GrpoSettings settings)
    {
        var unclipped = ratio * tokens.Advantages;
        var clipped = ratio.Clamped(1 - settings.ClipLow, 1 + settings.ClipHigh) * tokens.Advantages;
        var objective = minimum(unclipped, clipped);
        return settings.DualClip is { } dualClip
            ? where(tokens.Advantages.Below(0), maximum(objective, tokens.Advantages.Times(dualClip)), objective)
            : objective;
    }

    /// <summary>CISPO: clip(r, 1 − low, 1 + high) as a constant, times A · log p (MiniMax 2025, equations 4 and 5).</summary>
    private static Tensor Weighted(PolicyTokens tokens, Tensor ratio, GrpoSettings settings) =>
        ratio.detach().Clamped(1 - settings.ClipLow, 1 + settings.ClipHigh) * tokens.Advantages * tokens.LogProbs;

    /// <summary>Estimates of KL(p ‖ ref) per token (Schulman 2020; k3: Shao et al. 2024, equation 4).</summary>
    private static Tensor Kl(string estimator, Tensor logProbs, Tensor reference)
    {
        var toReference = reference - logProbs;
        return estimator switch
        {
            RecipeValues.K1 => toReference.neg(),
            RecipeValues.K2 => toReference.Squared().Times(0.5),
            RecipeValues.K3 => (toReference.exp() - toReference).Minus(1),
            _ => throw new ArgumentOutOfRangeException(nameof(estimator), estimator, "unknown KL estimator"),
        };
    }

    private static Tensor Sum(Tensor values, Tensor? weights) => (weights is null ? values : values * weights).sum();

    /// <summary>The clipped tokens. PPO's clip acts on one sign of the advantage per side, CISPO's on both.</summary>
    private static GrpoLossSums Counts(PolicyTokens tokens, Tensor ratio, GrpoSettings settings)
    {
        var (below, above) = (ratio.Below(1 - settings.ClipLow), ratio.Above(1 + settings.ClipHigh));
        if (settings.Surrogate != RecipeValues.WeightSurrogate)
        {
            below = below.logical_and(tokens.Advantages.Below(0));
            above = above.logical_and(tokens.Advantages.Above(0));
        }

        return new GrpoLossSums
        {
            ClippedLow = below.sum().item<long>(),
            ClippedHigh = above.sum().item<long>(),
            ClippedDual = settings.DualClip is { } bound
                ? ratio.Above(bound).logical_and(tokens.Advantages.Below(0)).sum().item<long>()
                : 0,
        };
    }
}
