using SkillFactory.Core.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Losses;

/// <summary>The importance ratio r of each token: how much likelier the current policy makes it than the old one.</summary>
internal static class ImportanceRatio
{
    /// <param name="tokens">The micro-batch.</param>
    /// <param name="difference">[N] log p − log p under the old policy, with gradient.</param>
    /// <param name="kind">"token": p / old p. "sequence": that of its response.</param>
    public static Tensor Of(PolicyTokens tokens, Tensor difference, string kind) =>
        kind == RecipeValues.SequenceRatio ? OfResponses(tokens, difference) : difference.exp();

    /// <summary>
    /// In the place of each token the ratio of its response, exp(mean of log p − log p under the old policy) (Zheng et al. 2025, GSPO,
    /// equation 7). Its gradient goes through the token's own log p alone (GSPO-token, equation 14): equal to that of equation 7 when all
    /// tokens of a response have one advantage, and right per token when they do not.
    /// </summary>
    /// <remarks>The means are taken on the host, one response after the other, so that no sum depends on the order of a device's
    /// threads.</remarks>
    private static Tensor OfResponses(PolicyTokens tokens, Tensor difference)
    {
        var values = difference.detach().cpu().data<float>().ToArray();
        var ratios = new float[tokens.Lengths.Count];
        var at = 0;
        foreach (var (i, length) in tokens.Lengths.Index())
        {
            ratios[i] = (float)Math.Exp(values.Skip(at).Take(length).Average(v => (double)v));
            at += length;
        }

        return (tokens.LogProbs - tokens.LogProbs.detach()).exp() * tokens.Spread(i => ratios[i]);
    }
}
