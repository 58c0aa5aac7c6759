using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Models;

/// <summary>All weights of one decoder on one device, in the type that products read them in (the work type).</summary>
public sealed class DecoderWeights : IDisposable
{
    /// <summary>Allocates the weights, with undefined values.</summary>
    /// <param name="layout">Where each parameter is stored.</param>
    /// <param name="device">Where the weights are.</param>
    /// <param name="workType">fp32 or bf16.</param>
    public DecoderWeights(ParameterLayout layout, DeviceSpec device, ScalarType workType = ScalarType.Float32)
    {
        AllocatorTuning.ApplyFor(layout.Count);
        Layout = layout;
        Device = device;
        Values = new ParameterBuckets(layout, device, workType);
        Views = new DecoderViews(Values);
    }

    public ParameterLayout Layout { get; }

    public DeviceSpec Device { get; }

    public ParameterBuckets Values { get; }

    /// <summary>Views without gradients, for sampling.</summary>
    public DecoderViews Views { get; }

    /// <summary>Draws fresh weights as GPT-2 does: matrices from Normal(0, 0.02), the two projections into the residual stream scaled by
    /// 1/√(2·layers), norms 1, biases 0.</summary>
    public void Initialize(KeyedRandom random)
    {
        var residualScale = 1 / Math.Sqrt(2.0 * Layout.Shape.Layers);
        var buffer = new float[ParameterBuckets.ChunkLimit];
        foreach (var slot in Layout.Slots)
        {
            var scale =
                slot.Name.EndsWith("o_proj.weight", StringComparison.Ordinal)
                || slot.Name.EndsWith("down_proj.weight", StringComparison.Ordinal)
                    ? 0.02 * residualScale
                    : 0.02;
            var stream = random.Child(slot.Name).Stream();
            for (long first = 0; first < slot.Count; first += buffer.Length)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, slot.Count - first));
                if (slot.Shape.Length == 2)
                {
                    foreach (ref var value in part)
                    {
                        value = (float)(stream.NextNormal() * scale);
                    }
                }
                else
                {
                    part.Fill(slot.Name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0);
                }

                Values.Write(slot, first, part);
            }
        }
    }

    public void Dispose()
    {
        Views.Dispose();
        Values.Dispose();
    }
}
