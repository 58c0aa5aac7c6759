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
    public static void Narrow(ReadOnlySpan<float> floats, Span<ushort> bits)
    {
        var source = MemoryMarshal.Cast<float, uint>(floats);
        var i = 0;
        for (; i + Vector<ushort>.Count <= source.Length; i += Vector<ushort>.Count)
        {
            var low = new Vector<uint>(source[i..]);
            var high = new Vector<uint>(source[(i + Vector<uint>.Count)..]);
            Vector.Narrow(Narrow(low), Narrow(high)).CopyTo(bits[i..]);
        }

        for (; i < source.Length; i++)
        {
            bits[i] = Narrow(floats[i]);
        }
    }

    /// <summary>Rounds to the nearest, ties to even. Values out of range become infinite; NaN stays NaN.</summary>
    public static ushort Narrow(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }

    private static Vector<uint> Narrow(Vector<uint> bits)
    {
        var upper = bits >> 16;
        var isNumber = Vector.LessThanOrEqual(bits & new Vector<uint>(0x7fff_ffff), new Vector<uint>(0x7f80_0000));
        var rounded = (bits + new Vector<uint>(0x7fff) + (upper & Vector<uint>.One)) >> 16;
        return Vector.ConditionalSelect(isNumber, rounded, upper | new Vector<uint>(0x40));
    }
}
