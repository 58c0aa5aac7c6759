using SkillFactory.Engine.MatMul;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SkillFactory.Engine.Models;

/// <summary>
/// The forward pass of the decoder that a <see cref="DecoderShape"/> describes. Training, prefill and decoding share it; they differ in
/// the <see cref="IAttention"/> and in whether the views take gradients.
/// </summary>
public static class Decoder
{
    /// <summary>Hidden states of whole sequences after the final norm.</summary>
    /// <param name="shape">The decoder.</param>
    /// <param name="views">Weights.</param>
    /// <param name="rotary">Position tables.</param>
    /// <param name="ids">[B, T] int64. Rows are padded on the right, where a causal mask hides the padding from all tokens before
    /// it.</param>
    /// <param name="positions">[B, T] int64 positions, or null for 0 … T−1 in every row.</param>
    /// <param name="mask">Additive [B, 1, T, T] attention mask, or null for the causal one.</param>
    /// <returns>[B, T, D]</returns>
    public static Tensor Hidden(
        DecoderShape shape,
        DecoderViews views,
        RotaryTable rotary,
        Tensor ids,
        Tensor? positions = null,
        Tensor? mask = null
    )
    {
        var attention = new SequenceAttention(shape, rotary, ids.size(0), ids.size(1), positions, mask);
        return Norm(Layers(shape, views, ids, attention), views.FinalNorm, shape.RmsNormEps);
    }

    /// <summary>Hidden states after the last layer, before the final norm.</summary>
    /// <param name="shape">The decoder.</param>
    /// <param name="views">Weights.</param>
    /// <param name="ids">[...] int64.</param>
    /// <param name="attention">Attention over the positions of <paramref name="ids"/>.</param>
    /// <returns>[..., D]</returns>
    internal static Tensor Layers(DecoderShape shape, DecoderViews views, Tensor ids, IAttention attention)
    {
        var x = views.Embedding.index_select(0, ids.reshape(-1)).to(ScalarType.Float32).view([.. ids.shape, shape.HiddenSize]);
        for (var i = 0; i < views.Layers.Count; i++)
        {
            var layer = views.Layers[i];
            x = AddResidual(x, Block(shape, layer.AttentionNorm, x, input => Attention(shape, layer, i, input, attention)));
            x = AddResidual(x, Block(shape, layer.MlpNorm, x, input => FeedForward(shape, layer, input)));
        }

        return x;
    }

    /// <summary>Logits of the next token from the result of <see cref="Layers"/>.</summary>
    /// <param name="shape">The decoder.</param>
    /// <param name="views">Weights.</param>
    /// <param name="x">[N, D]</param>
    /// <returns>[N, V]</returns>
    internal static Tensor Logits(DecoderShape shape, DecoderViews views, Tensor x) =>
        LinearMatMul.Apply(Norm(x, views.FinalNorm, shape.RmsNormEps), views.Head);

    /// <summary>What a block adds to its input: the block of the normed input, or the normed result of the block.</summary>
    private static Tensor Block(DecoderShape shape, Tensor norm, Tensor x, Func<Tensor, Tensor> block) =>
        shape.Norms == NormPlacement.BeforeBlock ? block(Norm(x, norm, shape.RmsNormEps)) : Norm(block(x), norm, shape.RmsNormEps);

    private static Tensor Attention(DecoderShape shape, LayerViews layer, int index, Tensor x, IAttention attention)
    {
        var qkv = LinearMatMul.Apply(x, layer.Qkv, layer.QkvBias);
        if (shape.QueryKeyNorm != HeadNorm.None)
        {
            qkv = NormQueriesAndKeys(shape, layer, qkv);
        }

        return LinearMatMul.Apply(attention.Attend(index, qkv), layer.Output, layer.OutputBias);
    }

    /// <summary>Norms the queries and the keys, each over one head or over all heads: as many components as the norm has
    /// weights.</summary>
    private static Tensor NormQueriesAndKeys(DecoderShape shape, LayerViews layer, Tensor qkv)
    {
        var (q, kv) = ((long)shape.Heads * shape.HeadDim, (long)shape.KvHeads * shape.HeadDim);
        Tensor Normed(long start, long count, Tensor weight)
        {
            var part = qkv.narrow(-1, start, count);
            var width = weight.size(0);
            return count == width
                ? Norm(part, weight, shape.RmsNormEps)
                : Norm(part.view([.. part.shape.AsSpan()[..^1], count / width, width]), weight, shape.RmsNormEps).view(part.shape);
        }

        return cat([Normed(0, q, layer.QueryNorm!), Normed(q, kv, layer.KeyNorm!), qkv.narrow(-1, q + kv, kv)], -1);
    }

    /// <summary>SwiGLU: down(silu(gate(x)) · up(x)).</summary>
    private static Tensor FeedForward(DecoderShape shape, LayerViews layer, Tensor x)
    {
        var gateUp = LinearMatMul.Apply(x, layer.GateUp, layer.GateUpBias);
        var gate = gateUp.narrow(-1, 0, shape.IntermediateSize);
        var up = gateUp.narrow(-1, shape.IntermediateSize, shape.IntermediateSize);
        return LinearMatMul.Apply(F.silu(gate).mul(up), layer.Down, layer.DownBias);
    }

    /// <summary>RMSNorm over the last dimension, in fp32.</summary>
    private static Tensor Norm(Tensor x, Tensor weight, double eps)
    {
        var wide = x.dtype == ScalarType.Float32 ? x : x.to(ScalarType.Float32);
        var normed = wide.mul(wide.Squared().mean([-1L], keepdim: true).PlusInPlace(eps).rsqrt_()).mul(weight);
        return x.dtype == ScalarType.Float32 ? normed : normed.to(x.dtype);
    }

    /// <summary>In place where no gradient needs the old value.</summary>
    private static Tensor AddResidual(Tensor x, Tensor change) => is_grad_enabled() ? x.Plus(change) : x.PlusInPlace(change);
}
