using SkillFactory.Engine.MatMul;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SkillFactory.Engine.Models;

/// <summary>The forward pass of a Qwen2-shaped decoder as plain functions over views: the same code trains (views that take
/// gradients) and samples (views that do not).</summary>
public static class Decoder
{
    /// <summary>Hidden states after the final norm.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="views">Weights.</param>
    /// <param name="rotary">Position tables.</param>
    /// <param name="ids">[B, T] int64. Rows are padded on the right: under a causal mask padding changes nothing before it.</param>
    /// <param name="positions">[B, T] int64 positions, or null for 0 … T−1 in every row.</param>
    /// <param name="mask">Additive [B, 1, T, T] attention mask, or null for the plain causal one.</param>
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
        var (b, t) = (ids.size(0), ids.size(1));
        Tensor cos,
            sin;
        if (positions is null)
        {
            cos = rotary.Cos.narrow(0, 0, t).unsqueeze(1);
            sin = rotary.Sin.narrow(0, 0, t).unsqueeze(1);
        }
        else
        {
            var flat = positions.reshape(-1);
            cos = rotary.Cos.index_select(0, flat).view(b, t, 1, shape.HeadDim);
            sin = rotary.Sin.index_select(0, flat).view(b, t, 1, shape.HeadDim);
        }

        var x = views.Embedding.index_select(0, ids.reshape(-1)).view(b, t, shape.HiddenSize);
        foreach (var layer in views.Layers)
        {
            var (q, k, v) = Project(shape, layer, rotary, x, cos, sin);
            var group = shape.Heads / shape.KvHeads;
            if (group > 1)
            {
                k = Expand(k, group);
                v = Expand(v, group);
            }

            var attended = F.scaled_dot_product_attention(
                q.transpose(1, 2),
                k.transpose(1, 2),
                v.transpose(1, 2),
                attn_mask: mask,
                is_casual: mask is null
            );
            x = x.Plus(LinearMatMul.Of(attended.transpose(1, 2).reshape(b, t, shape.Heads * shape.HeadDim), layer.Output));
            x = x.Plus(FeedForward(shape, layer, x));
        }

        return Norm(x, views.FinalNorm, shape.RmsNormEps);
    }

    /// <summary>Rotated queries and keys, and values, from a layer's input [B, T, D]: [B, T, heads, hd] each.</summary>
    internal static (Tensor Q, Tensor K, Tensor V) Project(
        DecoderShape shape,
        LayerViews layer,
        RotaryTable rotary,
        Tensor x,
        Tensor cos,
        Tensor sin
    )
    {
        var (b, t) = (x.size(0), x.size(1));
        var rotated = shape.Heads + shape.KvHeads;
        var qkv = LinearMatMul
            .Of(Norm(x, layer.InputNorm, shape.RmsNormEps), layer.Qkv, layer.QkvBias)
            .view(b, t, shape.Heads + (2 * shape.KvHeads), shape.HeadDim);
        var qk = rotary.Rotate(qkv.narrow(2, 0, rotated), cos, sin);
        return (qk.narrow(2, 0, shape.Heads), qk.narrow(2, shape.Heads, shape.KvHeads), qkv.narrow(2, rotated, shape.KvHeads));
    }

    /// <summary>Down(silu(gate(x)) · up(x)) of the normed input.</summary>
    internal static Tensor FeedForward(DecoderShape shape, LayerViews layer, Tensor x)
    {
        var gateUp = LinearMatMul.Of(Norm(x, layer.PostNorm, shape.RmsNormEps), layer.GateUp);
        var gate = gateUp.narrow(-1, 0, shape.IntermediateSize);
        var up = gateUp.narrow(-1, shape.IntermediateSize, shape.IntermediateSize);
        return LinearMatMul.Of(F.silu(gate).mul(up), layer.Down);
    }

    internal static Tensor Norm(Tensor x, Tensor weight, double eps) =>
        x.mul(x.Squared().mean([-1L], keepdim: true).PlusInPlace(eps).rsqrt_()).mul(weight);

    private static Tensor Expand(Tensor heads, int group)
    {
        var (b, t, n, hd) = (heads.size(0), heads.size(1), heads.size(2), heads.size(3));
        return heads.unsqueeze(3).expand(b, t, n, group, hd).reshape(b, t, n * group, hd);
    }
}
