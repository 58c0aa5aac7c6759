using SkillFactory.Engine.MatMul;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SkillFactory.Engine.Models;

/// <summary>
/// The forward pass of a Qwen2-shaped decoder. Training, prefill and decoding share it; they differ in the <see cref="IAttention"/>
/// and in whether the views take gradients.
/// </summary>
public static class Decoder
{
    /// <summary>Hidden states of whole sequences after the final norm.</summary>
    /// <param name="shape">Sizes of the decoder.</param>
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
    /// <param name="shape">Sizes of the decoder.</param>
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
            var qkv = LinearMatMul.Apply(Norm(x, layer.InputNorm, shape.RmsNormEps), layer.Qkv, layer.QkvBias);
            x = AddResidual(x, LinearMatMul.Apply(attention.Attend(i, qkv), layer.Output));
            x = AddResidual(x, FeedForward(shape, layer, x));
        }

        return x;
    }

    /// <summary>Logits of the next token from the result of <see cref="Layers"/>.</summary>
    /// <param name="shape">Sizes of the decoder.</param>
    /// <param name="views">Weights.</param>
    /// <param name="x">[N, D]</param>
    /// <returns>[N, V]</returns>
    internal static Tensor Logits(DecoderShape shape, DecoderViews views, Tensor x) =>
        LinearMatMul.Apply(Norm(x, views.FinalNorm, shape.RmsNormEps), views.Head);

    /// <summary>SwiGLU: down(silu(gate(x)) · up(x)) of the normed input.</summary>
    private static Tensor FeedForward(DecoderShape shape, LayerViews layer, Tensor x)
    {
        var gateUp = LinearMatMul.Apply(Norm(x, layer.PostNorm, shape.RmsNormEps), layer.GateUp);
        var gate = gateUp.narrow(-1, 0, shape.IntermediateSize);
        var up = gateUp.narrow(-1, shape.IntermediateSize, shape.IntermediateSize);
        return LinearMatMul.Apply(F.silu(gate).mul(up), layer.Down);
    }

    /// <summary>RMSNorm over the last dimension.</summary>
    private static Tensor Norm(Tensor x, Tensor weight, double eps) =>
        x.mul(x.Squared().mean([-1L], keepdim: true).PlusInPlace(eps).rsqrt_()).mul(weight);

    /// <summary>In place where no gradient needs the old value.</summary>
    private static Tensor AddResidual(Tensor x, Tensor change) => is_grad_enabled() ? x.Plus(change) : x.PlusInPlace(change);
}
