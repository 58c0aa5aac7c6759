using System.Numerics;
using System.Runtime.CompilerServices;

namespace SkillFactory.Engine.Sampling.Attention;

/// <summary>fp32.</summary>
internal unsafe struct SingleElement : ICacheElement<float>
{
    public static float From(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Load(float* from) => Vector.Load(from);
}
