using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SkillFactory.Engine.Models;

/// <summary>Attention over whole sequences [B, T, ...], for training and for the prefill of prompts.</summary>
internal sealed class SequenceAttention : IAttention
{
    /// <summary>Fewest queries in a block of a windowed layer: smaller products cost more than they save.</summary>
    private const long MinBlock = 128;

    private readonly DecoderShape _shape;
    private readonly RotaryTable _rotary;
    private readonly long _rows;
    private readonly long _length;
    private readonly Tensor? _mask;
    private readonly Action<int, Tensor, Tensor>? _keep;
    private readonly Dictionary<RotaryAngles, (Tensor Cos, Tensor Sin)> _angles = [];

    /// <param name="shape">The decoder.</param>
    /// <param name="rotary">Position tables.</param>
    /// <param name="rows">B.</param>
    /// <param name="length">T.</param>
    /// <param name="positions">B·T int64 positions, or null for 0 … T−1 in every row.</param>
    /// <param name="mask">Additive [B, 1, T, T] mask, or null for the causal one. Positions that see each other must be as far apart in
    /// the row as in the text.</param>
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
        foreach (var angles in rotary.All)
        {
            _angles[angles] = positions is null
                ? (angles.Cos.narrow(0, 0, length).unsqueeze(1), angles.Sin.narrow(0, 0, length).unsqueeze(1))
                : (Rows(angles.Cos, positions), Rows(angles.Sin, positions));
        }
    }

    public Tensor Attend(int layer, Tensor qkv)
    {
        var rotated = _shape.Heads + _shape.KvHeads;
        var heads = qkv.view(_rows, _length, rotated + _shape.KvHeads, _shape.HeadDim);
        var (cos, sin) = _angles[_rotary.Of(layer)];
        var qk = _rotary.Rotate(heads.narrow(2, 0, rotated), cos, sin);
        var (q, k, v) = (
            qk.narrow(2, 0, _shape.Heads),
            qk.narrow(2, _shape.Heads, _shape.KvHeads),
            heads.narrow(2, rotated, _shape.KvHeads)
        );
        _keep?.Invoke(layer, k.transpose(1, 2), v.transpose(1, 2));
        var (queries, keys, values) = (q.transpose(1, 2), Expand(k).transpose(1, 2), Expand(v).transpose(1, 2));
        var attended =
            _shape.WindowOf(layer) is { } window && window < _length
                ? Windowed(queries, keys, values, window)
                : F.scaled_dot_product_attention(queries, keys, values, attn_mask: _mask, is_casual: _mask is null);
        return attended.transpose(1, 2).reshape(_rows, _length, _shape.Heads * _shape.HeadDim);
    }

    /// <summary>Attention to the last <paramref name="window"/> positions, in blocks of queries, each over the keys that one of them
    /// sees.</summary>
    private Tensor Windowed(Tensor queries, Tensor keys, Tensor values, long window)
    {
        var block = Math.Max(window, MinBlock);
        var parts = new List<Tensor>();
        for (long from = 0; from < _length; from += block)
        {
            var count = Math.Min(block, _length - from);
            var first = Math.Max(0, from - window + 1);
            var seen = from + count - first;
            var band = Band(count, seen, from - first, window, queries.device);
            parts.Add(
                F.scaled_dot_product_attention(
                    queries.narrow(2, from, count),
                    keys.narrow(2, first, seen),
                    values.narrow(2, first, seen),
                    attn_mask: (_mask is null ? band : _mask.narrow(2, from, count).narrow(3, first, seen).Plus(band)).to(queries.dtype)
                )
            );
        }

        return parts.Count == 1 ? parts[0] : cat(parts, 2);
    }

    /// <summary>Additive mask [queries, keys]: query i stands at key i + <paramref name="ahead"/>.</summary>
    private static Tensor Band(long queries, long keys, long ahead, long window, Device device)
    {
        var mask = new float[queries * keys];
        for (long i = 0; i < queries; i++)
        {
            for (long j = 0; j < keys; j++)
            {
                var distance = i + ahead - j;
                mask[(i * keys) + j] = distance >= 0 && distance < window ? 0 : float.NegativeInfinity;
            }
        }

        return tensor(mask, [queries, keys]).to(device);
    }

    private Tensor Rows(Tensor table, Tensor positions) =>
        table.index_select(0, positions.reshape(-1)).view(_rows, _length, 1, _shape.HeadDim);

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
