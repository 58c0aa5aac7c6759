using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Training;

/// <summary>How a <see cref="Trainer"/> splits its batches. All options are part of a run's identity, because they change the rounding of
/// sums.</summary>
public sealed record TrainerOptions
{
    /// <summary>Gradient shards on a CPU. More cores stay idle; on fewer cores the shards take turns.</summary>
    private const int CpuShards = 2;

    /// <summary>Token positions of a micro-batch on a CPU: the activations of about this many stay in the second-level cache.</summary>
    private const int CpuArea = 1024;

    /// <summary>Maximum token positions of a micro-batch on a GPU: enough to keep it busy.</summary>
    private const int MaxCudaArea = 65_536;

    /// <summary>Maximum logits of a micro-batch on a GPU: 4 GiB, and about four times as much with those of the backward pass.</summary>
    private const int MaxCudaLogits = 1 << 30;

    /// <summary>Number of gradient shards, see <see cref="GradientShards"/>.</summary>
    public required int Shards { get; init; }

    /// <summary>Maximum token positions of a micro-batch, including padding.</summary>
    public required int MicroBatchArea { get; init; }

    /// <summary>Whether several sequences share a row.</summary>
    public bool Packing { get; init; }

    /// <summary>Type of the optimiser's moments: fp32 or bf16.</summary>
    public ScalarType Moments { get; init; } = ScalarType.Float32;

    /// <summary>The options for a device and a model.</summary>
    public static TrainerOptions For(DeviceSpec device, DecoderShape shape, bool packing = false) =>
        device.IsCpu
            ? new TrainerOptions
            {
                Shards = CpuShards,
                MicroBatchArea = CpuArea,
                Packing = packing,
            }
            : new TrainerOptions
            {
                Shards = 1,
                MicroBatchArea = Math.Min(MaxCudaArea, MaxCudaLogits / shape.VocabSize),
                Packing = packing,
            };

    /// <summary>Splits a batch into micro-batches.</summary>
    /// <exception cref="UserErrorException">A sequence is longer than the model allows.</exception>
    internal IReadOnlyList<MicroBatch> Plan(DecoderShape shape, IReadOnlyList<TrainingSequence> sequences)
    {
        var longest = sequences.Count == 0 ? 0 : sequences.Max(s => s.Tokens.Length);
        return longest <= shape.MaxPositions
            ? MicroBatch.Plan(sequences, MicroBatchArea, Packing)
            : throw new UserErrorException($"a training sequence has {longest} tokens; the model has {shape.MaxPositions} positions")
            {
                Repeats = true,
            };
    }
}
