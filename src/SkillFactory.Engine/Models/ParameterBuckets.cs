using System.Runtime.InteropServices;
using SkillFactory.Engine.Devices;
using SkillFactory.Storage.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Models;

/// <summary>One value for each parameter of a model (weight, gradient or moment): one flat tensor for each bucket of the layout, all on one
/// device and of one type.</summary>
public sealed class ParameterBuckets : IDisposable
{
    /// <summary>Elements that move between the buckets and host memory at a time, at most.</summary>
    public const int ChunkLimit = 1 << 20;

    private readonly DeviceSpec _device;

    /// <summary>Allocates the buckets, with undefined values.</summary>
    /// <param name="layout">Sizes.</param>
    /// <param name="device">Where the tensors are.</param>
    /// <param name="type">Element type: fp32 or bf16.</param>
    public ParameterBuckets(ParameterLayout layout, DeviceSpec device, ScalarType type = ScalarType.Float32)
    {
        if (type is not (ScalarType.Float32 or ScalarType.BFloat16))
        {
            throw new ArgumentException($"parameters of type {type} are not supported; expected Float32 or BFloat16", nameof(type));
        }

        (Layout, _device, Type) = (layout, device, type);
        using var scope = NewDisposeScope();
        Tensors = [.. layout.Buckets.Select(b => empty([b.Count], type, device.Torch).DetachFromDisposeScope())];
    }

    public ParameterLayout Layout { get; }

    public ScalarType Type { get; }

    /// <summary>The type of safetensors files that holds every value exactly.</summary>
    public TensorType StoredType => Type == ScalarType.Float32 ? TensorType.F32 : TensorType.BF16;

    /// <summary>For each bucket [Count].</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>Sets every value to 0.</summary>
    public void Zero()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var bucket in Tensors)
        {
            bucket.zero_();
        }
    }

    /// <summary>Sets every value to that of other buckets of the same layout, rounded to this type.</summary>
    public void CopyFrom(ParameterBuckets other)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (mine, theirs) in Tensors.Zip(other.Tensors))
        {
            mine.copy_(theirs);
        }
    }

    /// <summary>A part of a bucket as a view, which the caller disposes of.</summary>
    public Tensor Part(int bucket, long first, long count) => Tensors[bucket].narrow(0, first, count);

    /// <summary>Reads elements of a tensor as floats.</summary>
    /// <param name="slot">The tensor.</param>
    /// <param name="first">Index of the first element in the tensor.</param>
    /// <param name="values">Receives at most <see cref="ChunkLimit"/> elements.</param>
    public void Read(ParameterSlot slot, long first, Span<float> values)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var part = Chunk(slot, first, values.Length);
        var bytes = (_device.IsCpu ? part : part.cpu()).bytes;
        if (Type == ScalarType.Float32)
        {
            MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
        }
        else
        {
            BFloat16Bits.Widen(MemoryMarshal.Cast<byte, ushort>(bytes), values);
        }
    }

    /// <summary>Sets elements of a tensor, rounded to <see cref="Type"/>, ties to even.</summary>
    /// <param name="slot">The tensor.</param>
    /// <param name="first">Index of the first element in the tensor.</param>
    /// <param name="values">At most <see cref="ChunkLimit"/> elements.</param>
    public void Write(ParameterSlot slot, long first, ReadOnlySpan<float> values)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var part = Chunk(slot, first, values.Length);
        var host = _device.IsCpu ? part : empty([values.Length], Type, CPU);
        if (Type == ScalarType.Float32)
        {
            values.CopyTo(MemoryMarshal.Cast<byte, float>(host.bytes));
        }
        else
        {
            BFloat16Bits.Narrow(values, MemoryMarshal.Cast<byte, ushort>(host.bytes));
        }

        if (!_device.IsCpu)
        {
            part.copy_(host);
        }
    }

    public void Dispose()
    {
        foreach (var bucket in Tensors)
        {
            bucket.Dispose();
        }
    }

    private Tensor Chunk(ParameterSlot slot, long first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Math.Min(ChunkLimit, slot.Count - first));
        return Part(slot.Bucket, slot.Offset + first, count);
    }
}
