namespace SkillFactory.Engine.Models;

/// <summary>The parameters of a decoder in Hugging Face's names, as its description implies them. The only place that lists them.</summary>
public static class DecoderParameters
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string Head = "lm_head.weight";
    public const string FinalNorm = "model.norm.weight";

    /// <summary>All groups: first the matrices, which take weight decay, then norms and biases, which do not.</summary>
    public static IReadOnlyList<ParameterGroup> Of(DecoderShape shape)
    {
        long d = shape.HiddenSize;
        List<ParameterGroup> groups = [Matrix(d, (Embedding, shape.VocabSize))];
        if (!shape.TiedEmbedding)
        {
            groups.Add(Matrix(d, (Head, shape.VocabSize)));
        }

        var layers = Enumerable.Range(0, shape.Layers).Select(i => new LayerNames(i, shape.Norms)).ToArray();
        groups.AddRange(layers.SelectMany(names => Matrices(shape, names)));
        groups.AddRange(layers.SelectMany(names => Vectors(shape, names)));
        groups.Add(Vector((FinalNorm, d)));
        return groups;
    }

    /// <summary>All tensors, in the order of their groups.</summary>
    public static IEnumerable<ParameterTensor> Tensors(DecoderShape shape) => Of(shape).SelectMany(g => g.Tensors);

    private static IEnumerable<ParameterGroup> Matrices(DecoderShape shape, LayerNames names)
    {
        var (d, q, kv, ff) = Sizes(shape);
        yield return Matrix(
            d,
            (names.Query + LayerNames.Weight, q),
            (names.Key + LayerNames.Weight, kv),
            (names.Value + LayerNames.Weight, kv)
        );
        yield return Matrix(q, (names.Output + LayerNames.Weight, d));
        yield return Matrix(d, (names.Gate + LayerNames.Weight, ff), (names.Up + LayerNames.Weight, ff));
        yield return Matrix(ff, (names.Down + LayerNames.Weight, d));
    }

    private static IEnumerable<ParameterGroup> Vectors(DecoderShape shape, LayerNames names)
    {
        var (d, q, kv, ff) = Sizes(shape);
        if (shape.QkvBias)
        {
            yield return Vector((names.Query + LayerNames.Bias, q), (names.Key + LayerNames.Bias, kv), (names.Value + LayerNames.Bias, kv));
        }

        if (shape.OutputBias)
        {
            yield return Vector((names.Output + LayerNames.Bias, d));
        }

        if (shape.MlpBias)
        {
            yield return Vector((names.Gate + LayerNames.Bias, ff), (names.Up + LayerNames.Bias, ff));
            yield return Vector((names.Down + LayerNames.Bias, d));
        }

        if (shape.QueryKeyNorm != HeadNorm.None)
        {
            var whole = shape.QueryKeyNorm == HeadNorm.Whole;
            yield return Vector((names.QueryNorm, whole ? q : shape.HeadDim));
            yield return Vector((names.KeyNorm, whole ? kv : shape.HeadDim));
        }

        yield return Vector((names.AttentionNorm, d));
        yield return Vector((names.MlpNorm, d));
    }

    private static (long D, long Q, long Kv, long Ff) Sizes(DecoderShape shape) =>
        (shape.HiddenSize, (long)shape.Heads * shape.HeadDim, (long)shape.KvHeads * shape.HeadDim, shape.IntermediateSize);

    private static ParameterGroup Matrix(long columns, params (string Name, long Rows)[] tensors) =>
        new([.. tensors.Select(t => new ParameterTensor(t.Name, [t.Rows, columns]))], Decayed: true);

    private static ParameterGroup Vector(params (string Name, long Count)[] tensors) =>
        new([.. tensors.Select(t => new ParameterTensor(t.Name, [t.Count]))], Decayed: false);
}
