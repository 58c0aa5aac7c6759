using SkillFactory.Engine.Models;

namespace SkillFactory.Engine.Checkpoints;

/// <summary>What a <c>model_type</c> means: the parts of the description that no field states, which optional fields there are, and the
/// defaults of absent fields. The values are those of Transformers' configuration classes.</summary>
internal sealed record ModelFamily(string Type, string Architecture)
{
    /// <summary>How a family's configuration says which layers have windows.</summary>
    public enum WindowFields
    {
        None,

        /// <summary><c>use_sliding_window</c>, then layers from <c>max_window_layers</c> on, or <c>layer_types</c>.</summary>
        Switched,

        /// <summary><c>layer_types</c>, otherwise all but every fourth layer.</summary>
        Pattern,
    }

    public static IReadOnlyList<ModelFamily> All { get; } =
    [
        new("qwen2", "Qwen2ForCausalLM")
        {
            KvHeads = 32,
            MaxPositions = 32_768,
            BiasField = false,
            Windows = WindowFields.Switched,
        },
        new("qwen3", "Qwen3ForCausalLM")
        {
            KvHeads = 32,
            HeadDim = 128,
            MaxPositions = 32_768,
            QueryKeyNorm = HeadNorm.PerHead,
            Windows = WindowFields.Switched,
        },
        new("llama", "LlamaForCausalLM") { MlpBiasField = true },
        new("olmo2", "Olmo2ForCausalLM")
        {
            RmsNormEps = 1e-5,
            Norms = NormPlacement.AfterBlock,
            QueryKeyNorm = HeadNorm.Whole,
        },
        // Versions of Transformers disagree about the default of rope_theta.
        new("olmo3", "Olmo3ForCausalLM")
        {
            RmsNormEps = 1e-5,
            RopeTheta = null,
            Norms = NormPlacement.AfterBlock,
            QueryKeyNorm = HeadNorm.Whole,
            Windows = WindowFields.Pattern,
        },
    ];

    public NormPlacement Norms { get; init; } = NormPlacement.BeforeBlock;

    public HeadNorm QueryKeyNorm { get; init; } = HeadNorm.None;

    /// <summary>Whether <c>attention_bias</c> decides about biases of all four projections; otherwise Q, K and V have them, and the output
    /// has none.</summary>
    public bool BiasField { get; init; } = true;

    /// <summary>Whether there is a field <c>mlp_bias</c>.</summary>
    public bool MlpBiasField { get; init; }

    public WindowFields Windows { get; init; } = WindowFields.None;

    /// <summary>Default of <c>num_key_value_heads</c>; null for as many as query heads.</summary>
    public int? KvHeads { get; init; }

    /// <summary>Default of <c>head_dim</c>; null for the hidden size divided by the heads.</summary>
    public int? HeadDim { get; init; }

    /// <summary>Default of <c>max_position_embeddings</c>.</summary>
    public int MaxPositions { get; init; } = 2048;

    /// <summary>Default of <c>rms_norm_eps</c>.</summary>
    public double RmsNormEps { get; init; } = 1e-6;

    /// <summary>Default of <c>rope_theta</c>; null if the field must be there.</summary>
    public double? RopeTheta { get; init; } = 10_000;
}
