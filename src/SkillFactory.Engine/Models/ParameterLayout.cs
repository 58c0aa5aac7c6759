namespace SkillFactory.Engine.Models;

/// <summary>
/// Where each parameter is in the flat buffer. Matrices come first and take weight decay; norms and biases follow and do not. Q, K and V
/// are adjacent (weights and biases), as are gate and up, so that each group is one matmul over a single view.
/// </summary>
public sealed class ParameterLayout
{
    private readonly Dictionary<string, ParameterSlot> _byName = [];

    public ParameterLayout(DecoderShape shape)
    {
        Shape = shape;
        long offset = 0;
        var slots = new List<ParameterSlot>();
        void Add(string name, params long[] dims)
        {
            var slot = new ParameterSlot(name, dims, offset);
            slots.Add(slot);
            _byName.Add(name, slot);
            offset += slot.Count;
        }

        var (d, q, kv, ff) = (
            (long)shape.HiddenSize,
            (long)shape.Heads * shape.HeadDim,
            (long)shape.KvHeads * shape.HeadDim,
            (long)shape.IntermediateSize
        );
        Add("model.embed_tokens.weight", shape.VocabSize, d);
        if (!shape.TiedEmbedding)
        {
            Add("lm_head.weight", shape.VocabSize, d);
        }

        for (var i = 0; i < shape.Layers; i++)
        {
            var prefix = $"model.layers.{i}.";
            Add(prefix + "self_attn.q_proj.weight", q, d);
            Add(prefix + "self_attn.k_proj.weight", kv, d);
            Add(prefix + "self_attn.v_proj.weight", kv, d);
            Add(prefix + "self_attn.o_proj.weight", d, q);
            Add(prefix + "mlp.gate_proj.weight", ff, d);
            Add(prefix + "mlp.up_proj.weight", ff, d);
            Add(prefix + "mlp.down_proj.weight", d, ff);
        }

        DecayedCount = offset;
        for (var i = 0; i < shape.Layers; i++)
        {
            var prefix = $"model.layers.{i}.";
            Add(prefix + "self_attn.q_proj.bias", q);
            Add(prefix + "self_attn.k_proj.bias", kv);
            Add(prefix + "self_attn.v_proj.bias", kv);
            Add(prefix + "input_layernorm.weight", d);
            Add(prefix + "post_attention_layernorm.weight", d);
        }

        Add("model.norm.weight", d);
        Slots = slots;
        Count = offset;
    }

    public DecoderShape Shape { get; }

    public IReadOnlyList<ParameterSlot> Slots { get; }

    /// <summary>Number of elements of the buffer.</summary>
    public long Count { get; }

    /// <summary>Number of elements, from the first on, that take weight decay.</summary>
    public long DecayedCount { get; }

    public ParameterSlot this[string name] => _byName[name];
}
