using System.Numerics;
using System.Runtime.InteropServices;

namespace SkillFactory.Storage.Safetensors;

/// <summary>Converts bfloat16, which is the upper half of a float's bits.</summary>
public static class BFloat16Bits
{
    /// <summary>Converts to floats, exactly.</summary>
    public static void Widen(ReadOnlySpan<ushort> bits, Span<float> floats)
    {
        var target = MemoryMarshal.Cast<float, uint>(floats[..bits.Length]);
        var i = 0;
        for (; i + Vector<ushort>.Count <= bits.Length; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(bits[i..]), out var low, out var high);
            (low << 16).CopyTo(target[i..]);
            (high << 16).CopyTo(target[(i + Vector<uint>.Count)..]);
        }

        for (; i < bits.Length; i++)
        {
            target[i] = (uint)bits[i] << 16;
        }
    }

    /// <summary>Rounds to the nearest, ties to even. Values out of range become infinite; NaN stays NaN.</summary>
    public static ushort Narrow(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }
}
