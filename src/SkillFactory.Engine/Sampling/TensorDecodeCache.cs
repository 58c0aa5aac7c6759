using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SkillFactory.Engine.Sampling;

/// <summary>The cache for any device: preallocated [rows, KV, capacity, hd] tensors. All rows share one write position, so prompts stay
/// padded on the left, and a mask hides the padding.</summary>
internal sealed class TensorDecodeCache : DecodeCache
{
    private readonly DecoderShape _shape;
    private readonly RotaryTable _rotary;
    private readonly DeviceSpec _device;
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;
    private readonly int _promptLength;
    private DecodeRow[] _rows;
    private Tensor _paddingMask;
    private int _position;
    private readonly Dictionary<RotaryAngles, (Tensor Cos, Tensor Sin)> _angles = [];

    public TensorDecodeCache(
        DecoderShape shape,
        DeviceSpec device,
        RotaryTable rotary,
        IReadOnlyList<DecodeRow> rows,
        int promptLength,
        int newTokens
    )
    {
        (_shape, _device, _rotary, _rows, _promptLength) = (shape, device, rotary, [.. rows], promptLength);
        var capacity = promptLength + newTokens;
        Tensor Allocate()
        {
            using var scope = NewDisposeScope();
            return zeros([rows.Count, shape.KvHeads, capacity, shape.HeadDim], ScalarType.Float32, device.Torch).DetachFromDisposeScope();
        }

        _keys = [.. Enumerable.Range(0, shape.Layers).Select(_ => Allocate())];
        _values = [.. Enumerable.Range(0, shape.Layers).Select(_ => Allocate())];
        _position = promptLength - 1;
        var mask = new float[rows.Count * capacity];
        for (var r = 0; r < rows.Count; r++)
        {
            mask.AsSpan(r * capacity, promptLength - rows[r].PromptLength).Fill(float.NegativeInfinity);
        }

        using var scope = NewDisposeScope();
        _paddingMask = tensor(mask, [rows.Count, 1, 1, capacity]).to(device.Torch).DetachFromDisposeScope();
    }

    public override void Fill(int layer, Tensor keys, Tensor values)
    {
        var promptOfRow = tensor(_rows.Select(r => (long)r.Prompt).ToArray()).to(_device.Torch);
        _keys[layer].narrow(2, 0, _promptLength).copy_(keys.index_select(0, promptOfRow));
        _values[layer].narrow(2, 0, _promptLength).copy_(values.index_select(0, promptOfRow));
    }

    public override void BeginStep()
    {
        _position++;
        var positions = tensor(_rows.Select(r => (long)(_position - _promptLength + r.PromptLength)).ToArray()).to(_device.Torch);
        foreach (var angles in _rotary.All)
        {
            _angles[angles] = (angles.Cos.index_select(0, positions).unsqueeze(1), angles.Sin.index_select(0, positions).unsqueeze(1));
        }
    }

    public override Tensor Attend(int layer, Tensor qkv)
    {
        var (b, rotated) = (_rows.Length, _shape.Heads + _shape.KvHeads);
        var heads = qkv.view(b, rotated + _shape.KvHeads, _shape.HeadDim);
        var (cos, sin) = _angles[_rotary.Of(layer)];
        var qk = _rotary.Rotate(heads.narrow(1, 0, rotated), cos, sin);
        _keys[layer].select(2, _position).copy_(qk.narrow(1, _shape.Heads, _shape.KvHeads));
        _values[layer].select(2, _position).copy_(heads.narrow(1, rotated, _shape.KvHeads));

        // Query heads that share a key head become query positions, so that the cache need not be repeated.
        var queries = qk.narrow(1, 0, _shape.Heads).reshape(b, _shape.KvHeads, _shape.Heads / _shape.KvHeads, _shape.HeadDim);

        // Rows write at the same place, so a window is the same part of every row, padding included.
        var count = Math.Min(_position + 1, _shape.WindowOf(layer) ?? int.MaxValue);
        var first = _position + 1 - count;
        return F.scaled_dot_product_attention(
                queries,
                _keys[layer].narrow(2, first, count),
                _values[layer].narrow(2, first, count),
                attn_mask: _paddingMask.narrow(3, first, count)
            )
            .reshape(b, _shape.Heads * _shape.HeadDim);
    }

    public override void Keep(IReadOnlyList<int> rows)
    {
        using var scope = NewDisposeScope();
        var index = tensor(rows.Select(r => (long)r).ToArray()).to(_device.Torch);
        for (var i = 0; i < _keys.Length; i++)
        {
            Replace(ref _keys[i], index);
            Replace(ref _values[i], index);
        }

        Replace(ref _paddingMask, index);
        _rows = [.. rows.Select(r => _rows[r])];
    }

    public override void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values))
        {
            tensor.Dispose();
        }

        _paddingMask.Dispose();
    }

    private static void Replace(ref Tensor slot, Tensor rows)
    {
        var kept = slot.index_select(0, rows).DetachFromDisposeScope();
        slot.Dispose();
        slot = kept;
    }
}
