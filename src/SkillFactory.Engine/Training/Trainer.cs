using SkillFactory.Core.Recipes;
using SkillFactory.Engine.Losses;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Training;

/// <summary>Takes optimiser steps on one set of weights: supervised (negative log-likelihood) and policy gradient (GRPO). A step is one
/// unit of device work. All calls must come from one thread.</summary>
public sealed class Trainer : IDisposable
{
    private readonly GradientShards _shards;
    private readonly SharedRotary _shared;
    private readonly TrainerOptions _options;

    public Trainer(DecoderWeights weights, TrainerOptions options)
    {
        Weights = weights;
        _options = options;
        _shared = SharedRotary.Acquire(weights.Layout.Shape, weights.Device);
        _shards = new GradientShards(weights, options.Shards);
        Optimizer = new AdamW(weights, options.Moments);
    }

    public DecoderWeights Weights { get; }

    public AdamW Optimizer { get; }

    /// <summary>The last gradient, before clipping where no step was taken.</summary>
    internal ParameterBuckets Gradient => _shards.Gradient;

    private DecoderShape Shape => Weights.Layout.Shape;

    /// <summary>Takes one step on the negative log-likelihood, averaged over all loss tokens of the batch.</summary>
    public TrainingStep Supervised(
        IReadOnlyList<TrainingSequence> batch,
        double learningRate,
        AdamWSettings settings,
        CancellationToken cancellationToken = default
    )
    {
        var lossTokens = batch.Sum(s => (long)s.LossTokens);
        var sums = SupervisedGradient(batch, cancellationToken);
        var norm = Optimizer.Update(_shards.Gradient, learningRate, settings);
        return new TrainingStep(sums / lossTokens, norm, batch.Sum(s => (long)s.Tokens.Length), lossTokens);
    }

    /// <summary>Computes the gradient of <see cref="Supervised"/> without a step; see <see cref="Gradient"/>.</summary>
    /// <returns>−Σ log p</returns>
    internal double SupervisedGradient(IReadOnlyList<TrainingSequence> batch, CancellationToken cancellationToken = default) =>
        SupervisedGradient(batch, _options.MicroBatchArea, cancellationToken);

    /// <summary>The same with micro-batches of another size.</summary>
    internal double SupervisedGradient(
        IReadOnlyList<TrainingSequence> batch,
        int microBatchArea,
        CancellationToken cancellationToken = default
    )
    {
        var lossTokens = batch.Sum(s => (long)s.LossTokens);
        return _shards
            .Accumulate(
                (_options with { MicroBatchArea = microBatchArea }).Plan(Shape, batch),
                (views, micro) =>
                    SftLoss.NegativeLogLikelihood(TokenLogProbs.Of(Shape, views, _shared.Table, micro, Weights.Device, 1), lossTokens),
                cancellationToken
            )
            .Sum();
    }

    /// <summary>Takes one GRPO step on sequences with advantages and old log-probabilities (<see cref="GrpoLoss"/>).</summary>
    /// <param name="batch">Sequences of one mini-batch. Sequences with zero advantage contribute only to the KL penalty.</param>
    /// <param name="settings">The loss.</param>
    /// <param name="temperature">The sampling temperature. Log-probabilities are taken after it.</param>
    /// <param name="denominator">Divides the summed loss, see <see cref="Core.Advantages.GrpoMiniBatch"/>.</param>
    /// <param name="reference">Log-probabilities under the reference policy per sequence, in the same order; null for no KL penalty in the
    /// loss.</param>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <param name="optimizer">Hyperparameters of AdamW.</param>
    /// <param name="cancellationToken">Checked before each micro-batch. A cancelled step changes nothing.</param>
    public PolicyStep Policy(
        IReadOnlyList<TrainingSequence> batch,
        GrpoSettings settings,
        double temperature,
        double denominator,
        IReadOnlyList<float[]>? reference,
        double learningRate,
        AdamWSettings optimizer,
        CancellationToken cancellationToken = default
    )
    {
        var referenceOf = reference is null ? null : batch.Zip(reference).ToDictionary(p => p.First, p => p.Second);
        var parts = _shards.Accumulate(
            Plan(batch),
            (views, micro) =>
            {
                var logProbs = TokenLogProbs.Of(Shape, views, _shared.Table, micro, Weights.Device, temperature);
                return GrpoLoss.Of(PolicyTokens.Of(micro, logProbs, referenceOf), settings, denominator);
            },
            cancellationToken
        );
        var norm = Optimizer.Update(_shards.Gradient, learningRate, optimizer);
        var tokens = batch.Sum(s => (long)s.LossTokens);
        var sums = parts.Aggregate(new GrpoLossSums(), (a, b) => a + b);
        return new PolicyStep(
            sums.Loss / denominator,
            norm,
            (double)sums.ClippedLow / tokens,
            (double)sums.ClippedHigh / tokens,
            (double)sums.ClippedDual / tokens,
            sums.Kl / tokens,
            sums.LogProbDifference / tokens,
            sums.MaxLogProbDifference,
            sums.OldPolicyKl / tokens,
            tokens
        );
    }

    /// <summary>Computes log p of each sequence's loss tokens under the current weights, after temperature.</summary>
    public IReadOnlyList<float[]> LogProbs(IReadOnlyList<TrainingSequence> sequences, double temperature) =>
        LogProbs(sequences, temperature, _options.Packing);

    /// <summary>The same with or without packing.</summary>
    internal IReadOnlyList<float[]> LogProbs(IReadOnlyList<TrainingSequence> sequences, double temperature, bool packing) =>
        new SequenceScorer(Weights, _shared.Table, _options with { Packing = packing }).LogProbs(sequences, temperature);

    private IReadOnlyList<MicroBatch> Plan(IReadOnlyList<TrainingSequence> sequences) => _options.Plan(Shape, sequences);

    public void Dispose()
    {
        _shards.Dispose();
        Optimizer.Dispose();
        _shared.Dispose();
    }
}
