using SkillFactory.Core.Recipes;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.MatMul;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Training;

/// <summary>Losses over a micro-batch. All are sums divided by a denominator of the whole batch, so that splitting a batch into
/// micro-batches changes nothing but rounding.</summary>
internal static class PolicyLoss
{
    /// <summary>log p of each loss token after temperature: [N], in the order of the micro-batch's rows.</summary>
    public static Tensor LogProbs(
        DecoderShape shape,
        DecoderViews views,
        RotaryTable rotary,
        MicroBatch batch,
        DeviceSpec device,
        double temperature
    )
    {
        var input = batch.ToTensors(device);
        var hidden = Decoder.Hidden(shape, views, rotary, input.Ids, input.Positions, input.Mask);
        var logits = LinearMatMul.Of(hidden.view(-1, shape.HiddenSize).index_select(0, input.Predictors), views.Head);
        if (temperature is not (0 or 1))
        {
            logits = logits.Over(temperature);
        }

        return logits.log_softmax(-1).gather(1, input.Targets.unsqueeze(1)).squeeze(1);
    }

    /// <summary>−Σ log p / denominator. Numbers: Σ −log p.</summary>
    public static (Tensor Loss, double[] Numbers) NegativeLogLikelihood(Tensor logProbs, double denominator)
    {
        var sum = logProbs.sum().neg();
        return (sum.Over(denominator), [sum.item<float>()]);
    }

    /// <summary>
    /// The clipped surrogate of PPO per token, −min(r·A, clip(r, 1 − low, 1 + high)·A), for A &lt; 0 at most −c·A with a dual clip of c (Ye et al. 2020,
    /// eq. 5), plus β times the k3 estimate of the KL to the reference (Schulman 2020; Shao et al. 2024, eq. 4), over the denominator.
    /// Numbers: Σ loss, Σ clipped below, Σ clipped above, Σ k3, max |log p − old|, Σ (old − log p), Σ clipped by the dual clip.
    /// </summary>
    /// <param name="logProbs">[N] with gradient.</param>
    /// <param name="old">[N] of the policy that sampled.</param>
    /// <param name="advantages">[N]</param>
    /// <param name="reference">[N] of the reference policy, or null when β is 0.</param>
    public static (Tensor Loss, double[] Numbers) ClippedSurrogate(
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
        var clipped = ratio.Within(1 - settings.ClipLow, 1 + settings.ClipHigh) * advantages;
        var objective = minimum(unclipped, clipped);
        if (settings.DualClip is { } most)
        {
            objective = where(advantages.Below(0), maximum(objective, advantages.Times(most)), objective);
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

        // Scaled before gradients are switched off for the counting.
        var scaled = loss.Over(denominator);
        using var noGrad = no_grad();
        var below = ratio.Below(1 - settings.ClipLow).logical_and(advantages.Below(0)).sum().item<long>();
        var above = ratio.Above(1 + settings.ClipHigh).logical_and(advantages.Above(0)).sum().item<long>();
        var dual = settings.DualClip is { } bound ? ratio.Above(bound).logical_and(advantages.Below(0)).sum().item<long>() : 0;
        return (
            scaled,
            [loss.item<float>(), below, above, kl, difference.abs().max().item<float>(), difference.sum().neg().item<float>(), dual]
        );
    }
}
