using SkillFactory.Core.Recipes;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Training;

/// <summary>How a trainer cuts its work. All of it is part of a run's identity: sums are rounded differently otherwise.</summary>
public sealed record TrainerOptions
{
    /// <summary>Gradient shards on a CPU. Two: what the embedded run is tuned for; more cores than shards stay idle, fewer take turns.</summary>
    public const int DefaultCpuShards = 2;

    /// <summary>Token slots of a micro-batch on a CPU: activations of about this many tokens stay in the second-level cache.</summary>
    public const int DefaultCpuArea = 1024;

    /// <summary>Token slots of a micro-batch on a GPU, at most: enough to keep one busy.</summary>
    public const int DefaultCudaArea = 65_536;

    /// <summary>Logits of a micro-batch on a GPU, at most: 4 GiB of them, and about four times that with what their gradient needs.</summary>
    private const int MostCudaLogits = 1 << 30;

    public required int Shards { get; init; }

    public int MathThreadsPerShard { get; init; } = 1;

    public required int MicroBatchArea { get; init; }

    public bool Packing { get; init; }

    public static TrainerOptions For(DeviceSpec device, DecoderShape shape, bool packing = false) =>
        device.IsCpu
            ? new TrainerOptions
            {
                Shards = DefaultCpuShards,
                MicroBatchArea = DefaultCpuArea,
                Packing = packing,
            }
            : new TrainerOptions
            {
                Shards = 1,
                MicroBatchArea = Math.Min(DefaultCudaArea, MostCudaLogits / shape.VocabSize),
                Packing = packing,
            };
}

/// <param name="Loss">Mean loss per token that carries loss.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="Tokens">Tokens computed, prompts included, padding not.</param>
/// <param name="LossTokens">Tokens that carry loss.</param>
public sealed record TrainingStep(double Loss, double GradientNorm, long Tokens, long LossTokens);

/// <param name="Loss">Surrogate loss per token, KL term included.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="ClippedLow">Share of tokens whose ratio fell below the clip with a negative advantage.</param>
/// <param name="ClippedHigh">Share of tokens whose ratio rose above the clip with a positive advantage.</param>
/// <param name="ClippedDual">Share of tokens with a negative advantage whose ratio rose above the dual clip; 0 without one.</param>
/// <param name="Kl">Mean k3 estimate to the reference; 0 without one.</param>
/// <param name="MaxLogProbDifference">Largest |log p − log p when sampled|. On the first update of a batch this is the sampler/trainer mismatch.</param>
/// <param name="OldPolicyKl">Mean (log p when sampled − log p).</param>
/// <param name="LossTokens">Tokens in the denominator.</param>
public sealed record PolicyStep(
    double Loss,
    double GradientNorm,
    double ClippedLow,
    double ClippedHigh,
    double ClippedDual,
    double Kl,
    double MaxLogProbDifference,
    double OldPolicyKl,
    long LossTokens
);

/// <summary>Optimiser steps on one set of weights: supervised (negative log-likelihood) and policy gradient (GRPO). A step is one unit
/// of device work; all calls from one thread.</summary>
public sealed class Trainer : IDisposable
{
    private readonly GradientShards _shards;
    private readonly RotaryTable _rotary;
    private readonly TrainerOptions _options;

    public Trainer(DecoderWeights weights, TrainerOptions options)
    {
        Weights = weights;
        _options = options;
        _rotary = new RotaryTable(weights.Layout.Shape, weights.Device);
        _shards = new GradientShards(weights, options.Shards, options.MathThreadsPerShard);
        Optimizer = new AdamW(weights);
    }

    public DecoderWeights Weights { get; }

    public AdamW Optimizer { get; }

    private DecoderShape Shape => Weights.Layout.Shape;

    /// <summary>One step of maximum likelihood: mean over all loss tokens of the batch, however it is split.</summary>
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

    /// <summary>The gradient of <see cref="Supervised"/> without a step: Σ −log p is returned; read the gradient with <see cref="GradientToArray"/>.</summary>
    internal double SupervisedGradient(IReadOnlyList<TrainingSequence> batch, CancellationToken cancellationToken = default)
    {
        var lossTokens = batch.Sum(s => (long)s.LossTokens);
        return _shards.Accumulate(
            Plan(batch),
            (views, micro) =>
                PolicyLoss.NegativeLogLikelihood(PolicyLoss.LogProbs(Shape, views, _rotary, micro, Weights.Device, 1), lossTokens),
            cancellationToken
        )[0];
    }

    /// <summary>The gradient of the last accumulation, on the host.</summary>
    internal float[] GradientToArray()
    {
        using var scope = NewDisposeScope();
        return _shards.Gradient.cpu().data<float>().ToArray();
    }

    /// <summary>One GRPO update on sequences with advantages and old log-probabilities: token-mean over all loss tokens given.</summary>
    /// <param name="batch">Sequences of one mini-batch. Those of dead groups (zero advantage) add nothing and should be left out, unless a KL term wants them.</param>
    /// <param name="settings">Clip, KL.</param>
    /// <param name="temperature">The sampling temperature: log-probabilities are taken after it.</param>
    /// <param name="denominator">Tokens of the whole batch to divide by.</param>
    /// <param name="reference">Reference log-probabilities per sequence (same order), or null.</param>
    /// <param name="learningRate">This step's rate.</param>
    /// <param name="optimizer">AdamW rates.</param>
    /// <param name="cancellationToken">Checked between micro-batches; a cancelled update changes nothing.</param>
    public PolicyStep Policy(
        IReadOnlyList<TrainingSequence> batch,
        GrpoSettings settings,
        double temperature,
        long denominator,
        IReadOnlyList<float[]>? reference,
        double learningRate,
        AdamWSettings optimizer,
        CancellationToken cancellationToken = default
    )
    {
        var referenceOf = reference is null ? null : batch.Zip(reference).ToDictionary(p => p.First, p => p.Second);
        var micros = Plan(batch);
        var maxima = new double[micros.Count];
        var index = Enumerable.Range(0, micros.Count).ToDictionary(i => micros[i]);
        var sums = _shards.Accumulate(
            micros,
            (views, micro) =>
            {
                var logProbs = PolicyLoss.LogProbs(Shape, views, _rotary, micro, Weights.Device, temperature);
                var old = tensor(micro.Sequences.SelectMany(s => s.OldLogProbs!).ToArray()).to(Weights.Device.Torch);
                var advantages = tensor(
                        micro.Sequences.SelectMany(s => s.TokenAdvantages ?? Enumerable.Repeat(s.Advantage, s.LossTokens)).ToArray()
                    )
                    .to(Weights.Device.Torch);
                var anchor = referenceOf is null
                    ? null
                    : tensor(micro.Sequences.SelectMany(s => referenceOf[s]).ToArray()).to(Weights.Device.Torch);
                var (loss, numbers) = PolicyLoss.ClippedSurrogate(logProbs, old, advantages, anchor, settings, denominator);
                maxima[index[micro]] = numbers[4];
                return (loss, numbers);
            },
            cancellationToken
        );
        var norm = Optimizer.Update(_shards.Gradient, learningRate, optimizer);
        var tokens = batch.Sum(s => (long)s.LossTokens);
        return new PolicyStep(
            sums[0] / denominator,
            norm,
            sums[1] / tokens,
            sums[2] / tokens,
            sums[6] / tokens,
            sums[3] / tokens,
            maxima.Max(),
            sums[5] / tokens,
            tokens
        );
    }

    /// <summary>log p of each sequence's loss tokens under the current weights, after temperature. No gradient.</summary>
    public IReadOnlyList<float[]> LogProbs(IReadOnlyList<TrainingSequence> sequences, double temperature)
    {
        using var noGrad = no_grad();
        var result = new Dictionary<TrainingSequence, float[]>();
        foreach (var micro in Plan(sequences))
        {
            using var scope = NewDisposeScope();
            var values = PolicyLoss
                .LogProbs(Shape, Weights.Views, _rotary, micro, Weights.Device, temperature)
                .cpu()
                .data<float>()
                .ToArray();
            var at = 0;
            foreach (var sequence in micro.Sequences)
            {
                result[sequence] = values[at..(at + sequence.LossTokens)];
                at += sequence.LossTokens;
            }
        }

        return [.. sequences.Select(s => result[s])];
    }

    private IReadOnlyList<MicroBatch> Plan(IReadOnlyList<TrainingSequence> sequences)
    {
        var longest = sequences.Count == 0 ? 0 : sequences.Max(s => s.Tokens.Length);
        return longest <= Shape.MaxPositions
            ? MicroBatch.Plan(sequences, _options.MicroBatchArea, _options.Packing)
            : throw new UserErrorException($"a training sequence has {longest} tokens; the model has {Shape.MaxPositions} positions");
    }

    public void Dispose()
    {
        _shards.Dispose();
        Optimizer.Dispose();
        _rotary.Dispose();
    }
}
