namespace SkillFactory.Engine.Models;

/// <summary>Hugging Face's names of one layer's parameters. Projections are named without <see cref="Weight"/> or
/// <see cref="Bias"/>.</summary>
internal readonly record struct LayerNames(int Layer, NormPlacement Norms)
{
    public const string Weight = ".weight";
    public const string Bias = ".bias";

    public string Query => Prefix + "self_attn.q_proj";

    public string Key => Prefix + "self_attn.k_proj";

    public string Value => Prefix + "self_attn.v_proj";

    public string Output => Prefix + "self_attn.o_proj";

    public string Gate => Prefix + "mlp.gate_proj";

    public string Up => Prefix + "mlp.up_proj";

    public string Down => Prefix + "mlp.down_proj";

    public string QueryNorm => Prefix + "self_attn.q_norm.weight";

    public string KeyNorm => Prefix + "self_attn.k_norm.weight";

    public string AttentionNorm =>
        Prefix + (Norms == NormPlacement.BeforeBlock ? "input_layernorm.weight" : "post_attention_layernorm.weight");

    /// <summary>The name of Llama and Qwen means "after attention", which is before the MLP.</summary>
    public string MlpNorm =>
        Prefix + (Norms == NormPlacement.BeforeBlock ? "post_attention_layernorm.weight" : "post_feedforward_layernorm.weight");

    private string Prefix => $"model.layers.{Layer}.";
}
