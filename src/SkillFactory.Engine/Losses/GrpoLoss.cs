using SkillFactory.Core.Recipes;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Losses;

/// <summary>The loss of GRPO (Shao et al. 2024): the clipped surrogate and the KL penalty.</summary>
internal static class GrpoLoss
{
    /// <summary>
    /// PPO's clipped surrogate per token, −min(r·A, clip(r, 1 − low, 1 + high)·A) with the importance ratio r, plus β times the k3
    /// estimate of the KL to the reference policy (Schulman 2020; Shao et al. 2024, eq. 4), summed and divided by the denominator. With a
    /// dual clip of c the surrogate for A &lt; 0 is at most −c·A (Ye et al. 2020, eq. 5).
    /// </summary>
    /// <param name="logProbs">[N] log p under the current policy, with gradient.</param>
    /// <param name="old">[N] log p under the policy that sampled.</param>
    /// <param name="advantages">[N]</param>
    /// <param name="reference">[N] log p under the reference policy, or null for no KL penalty.</param>
    /// <param name="settings">Clip range, dual clip and β.</param>
    /// <param name="denominator">Divides the sum.</param>
    public static (Tensor Loss, GrpoLossSums Sums) ClippedSurrogate(
        Tensor logProbs,
        Tensor old,
        Tensor advantages,
        Tensor? reference,
        GrpoSettings settings,
        double denominator
    )
    {
        var difference = logProbs - old;
        var ratio = difference.exp();
        var unclipped = ratio * advantages;
        var clipped = ratio.Clamped(1 - settings.ClipLow, 1 + settings.ClipHigh) * advantages;
        var objective = minimum(unclipped, clipped);
        if (settings.DualClip is { } dualClip)
        {
            objective = where(advantages.Below(0), maximum(objective, advantages.Times(dualClip)), objective);
        }

        var loss = objective.sum().neg();
        double kl = 0;
        if (reference is not null)
        {
            var toReference = reference - logProbs;
            var k3 = (toReference.exp() - toReference).Minus(1).sum();
            kl = k3.item<float>();
            loss = loss.Plus(k3.Times(settings.KlCoefficient));
        }

        // Divide before gradients are switched off.
        var scaled = loss.Over(denominator);
        using var noGrad = no_grad();
        var below = ratio.Below(1 - settings.ClipLow).logical_and(advantages.Below(0)).sum().item<long>();
        var above = ratio.Above(1 + settings.ClipHigh).logical_and(advantages.Above(0)).sum().item<long>();
        var dual = settings.DualClip is { } bound ? ratio.Above(bound).logical_and(advantages.Below(0)).sum().item<long>() : 0;
        return (
            scaled,
            new GrpoLossSums(
                loss.item<float>(),
                below,
                above,
                dual,
                kl,
                difference.sum().neg().item<float>(),
                difference.abs().max().item<float>()
            )
        );
    }
}
