using SkillFactory.Engine.Checkpoints;

namespace SkillFactory.Engine.Models;

/// <summary>Sizes of a Qwen2-shaped decoder: RMSNorm before each block, rotary positions, grouped-query attention with biases on Q, K and
/// V, SwiGLU, and an output head that may share the embedding.</summary>
public sealed record DecoderShape
{
    public required int VocabSize { get; init; }

    public required int HiddenSize { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int KvHeads { get; init; }

    public required int HeadDim { get; init; }

    public required int IntermediateSize { get; init; }

    public double RmsNormEps { get; init; } = 1e-6;

    public double RopeTheta { get; init; } = 10_000;

    public int MaxPositions { get; init; } = 2048;

    public bool TiedEmbedding { get; init; } = true;

    public static DecoderShape From(ModelConfig config) =>
        new()
        {
            VocabSize = config.VocabSize,
            HiddenSize = config.HiddenSize,
            Layers = config.Layers,
            Heads = config.Heads,
            KvHeads = config.KvHeads,
            HeadDim = config.HeadDim,
            IntermediateSize = config.IntermediateSize,
            RmsNormEps = config.RmsNormEps,
            RopeTheta = config.RopeTheta,
            MaxPositions = config.MaxPositions,
            TiedEmbedding = config.TiedEmbedding,
        };

    /// <summary>Outputs of the fused Q, K, V projection.</summary>
    public int QkvSize => (Heads + (2 * KvHeads)) * HeadDim;

    /// <summary>Multiply-adds per token of all matmuls with weights, including the output head.</summary>
    public long WeightMultiplyAdds =>
        ((long)Layers * (((long)HiddenSize * QkvSize) + ((long)Heads * HeadDim * HiddenSize) + (3L * HiddenSize * IntermediateSize)))
        + ((long)VocabSize * HiddenSize);
}
