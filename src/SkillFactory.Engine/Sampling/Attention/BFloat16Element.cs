using System.Numerics;
using System.Runtime.CompilerServices;

namespace SkillFactory.Engine.Sampling.Attention;

/// <summary>bf16: the upper half of an fp32 number.</summary>
internal unsafe struct BFloat16Element : ICacheElement<ushort>
{
    /// <summary>The nearest bf16 number, of two equally near ones the even one.</summary>
    public static ushort From(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Load(ushort* from) => Vector.AsVectorSingle(Vector.ShiftLeft(Vector.WidenLower(Vector.Load(from)), 16));
}
