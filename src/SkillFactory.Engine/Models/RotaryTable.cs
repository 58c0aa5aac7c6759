using System.Runtime.InteropServices;
using SkillFactory.Engine.Devices;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Models;

/// <summary>Tables for rotary positions (Su et al. 2021) in the half-split convention of Hugging Face's Qwen2 and Llama:
/// x·cos + rotate_half(x)·sin. The sine table includes the sign of rotate_half, so that a roll by half the head replaces it.</summary>
public sealed class RotaryTable : IDisposable
{
    private readonly int _half;

    public RotaryTable(DecoderShape shape, DeviceSpec device)
    {
        _half = shape.HeadDim / 2;
        var (n, hd) = (shape.MaxPositions, shape.HeadDim);
        var cos = new float[n * hd];
        var sin = new float[n * hd];
        for (var p = 0; p < n; p++)
        {
            for (var i = 0; i < _half; i++)
            {
                var angle = p * Math.Pow(shape.RopeTheta, -2.0 * i / hd);
                cos[(p * hd) + i] = cos[(p * hd) + i + _half] = (float)Math.Cos(angle);
                sin[(p * hd) + i] = (float)-Math.Sin(angle);
                sin[(p * hd) + i + _half] = (float)Math.Sin(angle);
            }
        }

        using var scope = NewDisposeScope();
        Cos = tensor(cos, [n, hd]).to(device.Torch).DetachFromDisposeScope();
        Sin = tensor(sin, [n, hd]).to(device.Torch).DetachFromDisposeScope();
    }

    /// <summary>[MaxPositions, hd]</summary>
    public Tensor Cos { get; }

    /// <summary>[MaxPositions, hd], with the sign of rotate_half.</summary>
    public Tensor Sin { get; }

    /// <summary>Rotates <paramref name="x"/> [..., heads, hd] by cos and sin [..., 1, hd].</summary>
    public Tensor Rotate(Tensor x, Tensor cos, Tensor sin) => x.mul(cos).PlusInPlace(x.roll([_half], [-1L]).mul_(sin));

    public void Dispose()
    {
        Cos.Dispose();
        Sin.Dispose();
    }
}
