using SkillFactory.Engine.Devices;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Models;

/// <summary>The cosines and sines of all positions for one scaling of the rotary frequencies, times its magnitude.</summary>
public sealed class RotaryAngles : IDisposable
{
    internal RotaryAngles(DecoderShape shape, RopeScaling scaling, DeviceSpec device)
    {
        var (n, hd, half) = (shape.MaxPositions, shape.HeadDim, shape.HeadDim / 2);
        var cos = new float[(long)n * hd];
        var sin = new float[(long)n * hd];
        for (var i = 0; i < half; i++)
        {
            var frequency = scaling.Frequency(i, hd, shape.RopeTheta);
            for (var p = 0; p < n; p++)
            {
                var at = ((long)p * hd) + i;
                var (s, c) = (scaling.Magnitude * Math.Sin(p * frequency), scaling.Magnitude * Math.Cos(p * frequency));
                cos[at] = cos[at + half] = (float)c;
                sin[at] = (float)-s;
                sin[at + half] = (float)s;
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

    public void Dispose()
    {
        Cos.Dispose();
        Sin.Dispose();
    }
}
