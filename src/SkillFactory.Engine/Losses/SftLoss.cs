using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Losses;

/// <summary>The loss of supervised fine-tuning and of pretraining.</summary>
internal static class SftLoss
{
    /// <summary>The negative log-likelihood −Σ log p / denominator, and the sum −Σ log p by itself.</summary>
    /// <param name="logProbs">[N] log p of the loss tokens, with gradient.</param>
    /// <param name="denominator">Number of loss tokens of the whole batch.</param>
    public static (Tensor Loss, double Sum) NegativeLogLikelihood(Tensor logProbs, double denominator)
    {
        var sum = logProbs.sum().neg();
        return (sum.Over(denominator), sum.item<float>());
    }
}
