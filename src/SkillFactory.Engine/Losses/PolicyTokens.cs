using SkillFactory.Core.Recipes;
using SkillFactory.Engine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Losses;

/// <summary>The tokens of a micro-batch that carry loss, response by response, for <see cref="GrpoLoss"/>. N is their number.</summary>
/// <param name="LogProbs">[N] log p under the current policy, with gradient.</param>
/// <param name="Old">[N] log p under the old policy, which the importance ratio compares with.</param>
/// <param name="Advantages">[N]</param>
/// <param name="Lengths">Number of tokens of each response; their sum is N.</param>
internal sealed record PolicyTokens(Tensor LogProbs, Tensor Old, Tensor Advantages, IReadOnlyList<int> Lengths)
{
    /// <summary>[N] log p under the reference policy; null for no KL penalty in the loss.</summary>
    public Tensor? Reference { get; init; }

    /// <summary>[N] weights of truncated importance sampling; null for none.</summary>
    public Tensor? Weights { get; init; }

    /// <param name="micro">Sequences with old log-probabilities and advantages.</param>
    /// <param name="logProbs">[N] log p under the current policy, with gradient.</param>
    /// <param name="reference">Log-probabilities under the reference policy; null for no KL penalty in the loss.</param>
    public static PolicyTokens Of(MicroBatch micro, Tensor logProbs, IReadOnlyDictionary<TrainingSequence, float[]>? reference)
    {
        return new PolicyTokens(
            logProbs,
            Row(s => s.OldLogProbs!),
            Row(s => s.TokenAdvantages ?? Enumerable.Repeat(s.Advantage, s.LossTokens)),
            [.. micro.Sequences.Select(s => s.LossTokens)]
        )
        {
            Reference = reference is null ? null : Row(s => reference[s]),
            Weights = micro.Sequences.All(s => s.ImportanceWeights is null) ? null : Row(s => s.ImportanceWeights!),
        };

        Tensor Row(Func<TrainingSequence, IEnumerable<float>> values) =>
            tensor(micro.Sequences.SelectMany(values).ToArray()).to(logProbs.device);
    }

    /// <summary>[N]: in each token's place the value of its response.</summary>
    public Tensor Spread(Func<int, float> valueOf)
    {
        var values = new float[Lengths.Sum()];
        var at = 0;
        foreach (var (i, length) in Lengths.Index())
        {
            Array.Fill(values, valueOf(i), at, length);
            at += length;
        }

        return tensor(values).to(LogProbs.device);
    }
}
