using System.Runtime.InteropServices;
using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Devices;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Models;

/// <summary>All weights of one decoder in one flat fp32 buffer on one device.</summary>
public sealed class DecoderWeights : IDisposable
{
    public DecoderWeights(ParameterLayout layout, DeviceSpec device)
    {
        Layout = layout;
        Device = device;
        using var scope = NewDisposeScope();
        Flat = zeros([layout.Count], ScalarType.Float32, device.Torch).DetachFromDisposeScope();
        Views = new DecoderViews(layout, Flat);
    }

    public ParameterLayout Layout { get; }

    public DeviceSpec Device { get; }

    /// <summary>[Count] fp32.</summary>
    public Tensor Flat { get; }

    /// <summary>Views without gradients, for sampling.</summary>
    public DecoderViews Views { get; }

    /// <summary>Fills the buffer from host memory.</summary>
    /// <param name="values">[Count]</param>
    public void CopyFrom(ReadOnlySpan<float> values)
    {
        if (values.Length != Layout.Count)
        {
            throw new ArgumentException($"{values.Length} values for {Layout.Count} parameters", nameof(values));
        }

        if (Device.IsCpu)
        {
            values.CopyTo(MemoryMarshal.Cast<byte, float>(Flat.bytes));
            return;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var staging = zeros([Layout.Count], ScalarType.Float32, CPU);
        values.CopyTo(MemoryMarshal.Cast<byte, float>(staging.bytes));
        Flat.copy_(staging);
    }

    /// <summary>Copies the buffer to host memory.</summary>
    public float[] ToArray()
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(Flat.cpu().bytes).ToArray();
    }

    /// <summary>Draws fresh weights as GPT-2 does: matrices from Normal(0, 0.02), the two projections into the residual stream scaled by
    /// 1/√(2·layers), norms 1, biases 0.</summary>
    public void Initialize(KeyedRandom random)
    {
        var values = new float[Layout.Count];
        var residualScale = 1 / Math.Sqrt(2.0 * Layout.Shape.Layers);
        foreach (var slot in Layout.Slots)
        {
            var span = values.AsSpan((int)slot.Offset, (int)slot.Count);
            if (slot.Name.EndsWith("norm.weight", StringComparison.Ordinal))
            {
                span.Fill(1);
            }
            else if (slot.Shape.Length == 2)
            {
                var scale = 0.02;
                if (
                    slot.Name.EndsWith("o_proj.weight", StringComparison.Ordinal)
                    || slot.Name.EndsWith("down_proj.weight", StringComparison.Ordinal)
                )
                {
                    scale *= residualScale;
                }

                var stream = random.Child(slot.Name).Stream();
                foreach (ref var value in span)
                {
                    value = (float)(stream.NextNormal() * scale);
                }
            }
        }

        CopyFrom(values);
    }

    public void Dispose()
    {
        Views.Dispose();
        Flat.Dispose();
    }
}
