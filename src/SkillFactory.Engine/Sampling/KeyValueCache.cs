using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Sampling;

/// <summary>Preallocated keys and values of every layer for a set of rows that share one write position: [rows, KV, capacity, hd].</summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;

    private KeyValueCache(Tensor[] keys, Tensor[] values)
    {
        _keys = keys;
        _values = values;
    }

    /// <summary>Room for every row's prompt and response. Rows are filled by <see cref="Fill"/>.</summary>
    public static KeyValueCache Allocate(DecoderShape shape, DeviceSpec device, int rows, int capacity)
    {
        Tensor New()
        {
            using var scope = NewDisposeScope();
            return zeros([rows, shape.KvHeads, capacity, shape.HeadDim], ScalarType.Float32, device.Torch).DetachFromDisposeScope();
        }

        return new KeyValueCache(
            [.. Enumerable.Range(0, shape.Layers).Select(_ => New())],
            [.. Enumerable.Range(0, shape.Layers).Select(_ => New())]);
    }

    /// <summary>Writes a prefill [prompts, KV, T, hd] at positions 0 … T−1, each prompt's into the rows that continue it.</summary>
    /// <param name="layer">Layer.</param>
    /// <param name="keys">[prompts, KV, T, hd]</param>
    /// <param name="values">[prompts, KV, T, hd]</param>
    /// <param name="promptOfRow">[rows] int64: which prompt a row continues.</param>
    public void Fill(int layer, Tensor keys, Tensor values, Tensor promptOfRow)
    {
        var t = keys.size(2);
        _keys[layer].narrow(2, 0, t).copy_(keys.index_select(0, promptOfRow));
        _values[layer].narrow(2, 0, t).copy_(values.index_select(0, promptOfRow));
    }

    /// <summary>Writes one position of every row and returns all positions up to it: [rows, KV, position + 1, hd].</summary>
    public (Tensor Keys, Tensor Values) Append(int layer, int position, Tensor keys, Tensor values)
    {
        _keys[layer].narrow(2, position, 1).copy_(keys);
        _values[layer].narrow(2, position, 1).copy_(values);
        return (_keys[layer].narrow(2, 0, position + 1), _values[layer].narrow(2, 0, position + 1));
    }

    /// <summary>Keeps the given rows only ([kept] int64, ascending), in place of the old tensors.</summary>
    public void Keep(Tensor rows)
    {
        for (var i = 0; i < _keys.Length; i++)
        {
            using var scope = NewDisposeScope();
            Replace(ref _keys[i], _keys[i].index_select(0, rows).DetachFromDisposeScope());
            Replace(ref _values[i], _values[i].index_select(0, rows).DetachFromDisposeScope());
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values))
        {
            tensor.Dispose();
        }
    }

    private static void Replace(ref Tensor slot, Tensor value)
    {
        slot.Dispose();
        slot = value;
    }
}
