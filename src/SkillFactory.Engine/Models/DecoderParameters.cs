namespace SkillFactory.Engine.Models;

/// <summary>The parameters of a decoder in Hugging Face's names, as its shape implies them. The only place that lists them.</summary>
public static class DecoderParameters
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string Head = "lm_head.weight";
    public const string FinalNorm = "model.norm.weight";

    /// <summary>All groups: first the matrices, which take weight decay, then norms and biases, which do not.</summary>
    public static IReadOnlyList<ParameterGroup> Of(DecoderShape shape)
    {
        var (d, q, kv, ff) = (
            (long)shape.HiddenSize,
            (long)shape.Heads * shape.HeadDim,
            (long)shape.KvHeads * shape.HeadDim,
            (long)shape.IntermediateSize
        );
        List<ParameterGroup> groups = [Matrix(d, (Embedding, shape.VocabSize))];
        if (!shape.TiedEmbedding)
        {
            groups.Add(Matrix(d, (Head, shape.VocabSize)));
        }

        for (var i = 0; i < shape.Layers; i++)
        {
            var (attention, mlp) = ($"model.layers.{i}.self_attn.", $"model.layers.{i}.mlp.");
            groups.Add(Matrix(d, (attention + "q_proj.weight", q), (attention + "k_proj.weight", kv), (attention + "v_proj.weight", kv)));
            groups.Add(Matrix(q, (attention + "o_proj.weight", d)));
            groups.Add(Matrix(d, (mlp + "gate_proj.weight", ff), (mlp + "up_proj.weight", ff)));
            groups.Add(Matrix(ff, (mlp + "down_proj.weight", d)));
        }

        for (var i = 0; i < shape.Layers; i++)
        {
            var prefix = $"model.layers.{i}.";
            var attention = prefix + "self_attn.";
            groups.Add(Vector((attention + "q_proj.bias", q), (attention + "k_proj.bias", kv), (attention + "v_proj.bias", kv)));
            groups.Add(Vector((prefix + "input_layernorm.weight", d)));
            groups.Add(Vector((prefix + "post_attention_layernorm.weight", d)));
        }

        groups.Add(Vector((FinalNorm, d)));
        return groups;
    }

    private static ParameterGroup Matrix(long columns, params (string Name, long Rows)[] tensors) =>
        new([.. tensors.Select(t => new ParameterTensor(t.Name, [t.Rows, columns]))], Decayed: true);

    private static ParameterGroup Vector(params (string Name, long Count)[] tensors) =>
        new([.. tensors.Select(t => new ParameterTensor(t.Name, [t.Count]))], Decayed: false);
}
