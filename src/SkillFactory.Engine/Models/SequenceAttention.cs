using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SkillFactory.Engine.Models;

/// <summary>Attention over whole sequences [B, T, ...], for training and for the prefill of prompts.</summary>
internal sealed class SequenceAttention : IAttention
{
    private readonly DecoderShape _shape;
    private readonly RotaryTable _rotary;
    private readonly long _rows;
    private readonly long _length;
    private readonly Tensor? _mask;
    private readonly Action<int, Tensor, Tensor>? _keep;
    private readonly Tensor _cos;
    private readonly Tensor _sin;

    /// <param name="shape">Sizes of the decoder.</param>
    /// <param name="rotary">Position tables.</param>
    /// <param name="rows">B.</param>
    /// <param name="length">T.</param>
    /// <param name="positions">B·T int64 positions, or null for 0 … T−1 in every row.</param>
    /// <param name="mask">Additive [B, 1, T, T] mask, or null for the causal one.</param>
    /// <param name="keep">Receives each layer's rotated keys and its values, [B, KV, T, hd] each, for a cache.</param>
    public SequenceAttention(
        DecoderShape shape,
        RotaryTable rotary,
        long rows,
        long length,
        Tensor? positions = null,
        Tensor? mask = null,
        Action<int, Tensor, Tensor>? keep = null
    )
    {
        (_shape, _rotary, _rows, _length, _mask, _keep) = (shape, rotary, rows, length, mask, keep);
        if (positions is null)
        {
            _cos = rotary.Cos.narrow(0, 0, length).unsqueeze(1);
            _sin = rotary.Sin.narrow(0, 0, length).unsqueeze(1);
        }
        else
        {
            var flat = positions.reshape(-1);
            _cos = rotary.Cos.index_select(0, flat).view(rows, length, 1, shape.HeadDim);
            _sin = rotary.Sin.index_select(0, flat).view(rows, length, 1, shape.HeadDim);
        }
    }

    public Tensor Attend(int layer, Tensor qkv)
    {
        var rotated = _shape.Heads + _shape.KvHeads;
        var heads = qkv.view(_rows, _length, rotated + _shape.KvHeads, _shape.HeadDim);
        var qk = _rotary.Rotate(heads.narrow(2, 0, rotated), _cos, _sin);
        var (q, k, v) = (
            qk.narrow(2, 0, _shape.Heads),
            qk.narrow(2, _shape.Heads, _shape.KvHeads),
            heads.narrow(2, rotated, _shape.KvHeads)
        );
        _keep?.Invoke(layer, k.transpose(1, 2), v.transpose(1, 2));
        return F.scaled_dot_product_attention(
                q.transpose(1, 2),
                Expand(k).transpose(1, 2),
                Expand(v).transpose(1, 2),
                attn_mask: _mask,
                is_casual: _mask is null
            )
            .transpose(1, 2)
            .reshape(_rows, _length, _shape.Heads * _shape.HeadDim);
    }

    /// <summary>Repeats each key or value head for the query heads that share it: [B, T, KV, hd] to [B, T, H, hd].</summary>
    private Tensor Expand(Tensor heads)
    {
        var group = _shape.Heads / _shape.KvHeads;
        return group == 1
            ? heads
            : heads
                .unsqueeze(3)
                .expand(_rows, _length, _shape.KvHeads, group, _shape.HeadDim)
                .reshape(_rows, _length, _shape.Heads, _shape.HeadDim);
    }
}
