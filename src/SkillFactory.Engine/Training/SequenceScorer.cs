using SkillFactory.Engine.Losses;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Training;

/// <summary>Computes log-probabilities of sequences without gradients. It needs memory for one micro-batch only.</summary>
public sealed class SequenceScorer(DecoderWeights weights, RotaryTable rotary, TrainerOptions options)
{
    /// <summary>Computes log p of each sequence's loss tokens, after temperature.</summary>
    public IReadOnlyList<float[]> LogProbs(IReadOnlyList<TrainingSequence> sequences, double temperature)
    {
        using var noGrad = no_grad();
        var shape = weights.Layout.Shape;
        var result = new Dictionary<TrainingSequence, float[]>();
        foreach (var micro in options.Plan(shape, sequences))
        {
            using var scope = NewDisposeScope();
            var values = TokenLogProbs.Of(shape, weights.Views, rotary, micro, weights.Device, temperature).cpu().data<float>().ToArray();
            var at = 0;
            foreach (var sequence in micro.Sequences)
            {
                result[sequence] = values[at..(at + sequence.LossTokens)];
                at += sequence.LossTokens;
            }
        }

        return [.. sequences.Select(s => result[s])];
    }
}
