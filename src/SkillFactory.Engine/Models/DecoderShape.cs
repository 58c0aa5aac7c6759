namespace SkillFactory.Engine.Models;

/// <summary>
/// The description of a decoder: its sizes, and what differs between families. All have RMSNorm, rotary positions, grouped-query
/// attention, SwiGLU, and an output head that may share the embedding. The defaults of what differs are those of Qwen2.
/// </summary>
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

    /// <summary>Positions that the model can read.</summary>
    public int MaxPositions { get; init; } = 2048;

    public bool TiedEmbedding { get; init; } = true;

    public NormPlacement Norms { get; init; } = NormPlacement.BeforeBlock;

    public HeadNorm QueryKeyNorm { get; init; } = HeadNorm.None;

    /// <summary>Whether the projections to queries, keys and values have biases.</summary>
    public bool QkvBias { get; init; } = true;

    /// <summary>Whether the projection of the attention's result has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Whether the three projections of the MLP have biases.</summary>
    public bool MlpBias { get; init; }

    /// <summary>Base of the rotary frequencies.</summary>
    public double RopeTheta { get; init; } = 10_000;

    public RopeScaling RopeScaling { get; init; } = RopeScaling.None;

    /// <summary>Layers that see only the last <see cref="Window"/> positions.</summary>
    public LayerSet WindowedLayers { get; init; } = LayerSet.None;

    /// <summary>Positions that a windowed layer sees, its own included.</summary>
    public int Window { get; init; }

    /// <summary>Whether windowed layers scale their rotary frequencies too. Those of Olmo 3 do not.</summary>
    public bool ScaledWindows { get; init; } = true;

    /// <summary>Outputs of the fused Q, K, V projection.</summary>
    public int QkvSize => (Heads + (2 * KvHeads)) * HeadDim;

    /// <summary>Multiply-adds per token of all matmuls with weights, including the output head.</summary>
    public long WeightMultiplyAdds =>
        ((long)Layers * (((long)HiddenSize * QkvSize) + ((long)Heads * HeadDim * HiddenSize) + (3L * HiddenSize * IntermediateSize)))
        + ((long)VocabSize * HiddenSize);

    /// <summary>Positions that a layer sees, its own included; null for all up to its own.</summary>
    public int? WindowOf(int layer) => WindowedLayers.Contains(layer) ? Window : null;

    /// <summary>The scaling of a layer's rotary frequencies.</summary>
    public RopeScaling RopeOf(int layer) => ScaledWindows || !WindowedLayers.Contains(layer) ? RopeScaling : RopeScaling.None;
}
