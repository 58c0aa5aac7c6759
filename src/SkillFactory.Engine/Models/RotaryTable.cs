using SkillFactory.Engine.Devices;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Models;

/// <summary>Tables for rotary positions (Su et al. 2021) in the half-split convention of Hugging Face: x·cos + rotate_half(x)·sin. The
/// sine table includes the sign of rotate_half, so that a roll by half the head replaces it.</summary>
public sealed class RotaryTable : IDisposable
{
    private readonly int _half;
    private readonly Dictionary<RopeScaling, RotaryAngles> _angles = [];
    private readonly RotaryAngles[] _ofLayer;

    public RotaryTable(DecoderShape shape, DeviceSpec device)
    {
        _half = shape.HeadDim / 2;
        _ofLayer = new RotaryAngles[shape.Layers];
        for (var i = 0; i < shape.Layers; i++)
        {
            var scaling = shape.RopeOf(i);
            if (!_angles.TryGetValue(scaling, out var angles))
            {
                _angles[scaling] = angles = new RotaryAngles(shape, scaling, device);
            }

            _ofLayer[i] = angles;
        }
    }

    /// <summary>The different tables of the model; most models have one.</summary>
    public IReadOnlyCollection<RotaryAngles> All => _angles.Values;

    /// <summary>The table of a layer.</summary>
    public RotaryAngles Of(int layer) => _ofLayer[layer];

    /// <summary>Rotates <paramref name="x"/> [..., heads, hd] by cos and sin [..., 1, hd].</summary>
    /// <returns>In the type of <paramref name="x"/>; computed in fp32.</returns>
    public Tensor Rotate(Tensor x, Tensor cos, Tensor sin)
    {
        var turned = x.roll([_half], [-1L]);
        return x.dtype == ScalarType.Float32
            ? x.mul(cos).PlusInPlace(turned.mul_(sin))
            : x.mul(cos).PlusInPlace(turned.mul(sin)).to(x.dtype);
    }

    public void Dispose()
    {
        foreach (var angles in _angles.Values)
        {
            angles.Dispose();
        }
    }
}
