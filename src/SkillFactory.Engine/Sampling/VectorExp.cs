using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SkillFactory.Engine.Sampling;

/// <summary>
/// e^x of single-precision vectors for softmax, where x is at most 0. Cephes' polynomial of degree 6 after a reduction by ln 2; the error
/// is below 2 units in the last place. Several times faster than the exponential of the class library, which computes in double precision,
/// and the same on every processor with vectors of the same width.
/// </summary>
internal static class VectorExp
{
    /// <summary>Below this the result is 0; it would be below the smallest normal number.</summary>
    private const float Least = -87.3f;

    /// <summary>e^x for x ≤ 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Of(Vector<float> x)
    {
        // Adding 1.5·2²³ rounds to an integer, which then is in the low bits.
        var clamped = Vector.Max(x, Vector.Create(Least));
        var shifter = Vector.Create(12582912f);
        var shifted = Vector.FusedMultiplyAdd(clamped, Vector.Create(1.44269504f), shifter);
        var n = shifted - shifter;
        var r = Vector.FusedMultiplyAdd(n, Vector.Create(-0.693359375f), clamped);
        r = Vector.FusedMultiplyAdd(n, Vector.Create(2.12194440e-4f), r);
        var p = Vector.FusedMultiplyAdd(Vector.Create(1.9875691500e-4f), r, Vector.Create(1.3981999507e-3f));
        p = Vector.FusedMultiplyAdd(p, r, Vector.Create(8.3334519073e-3f));
        p = Vector.FusedMultiplyAdd(p, r, Vector.Create(4.1665795894e-2f));
        p = Vector.FusedMultiplyAdd(p, r, Vector.Create(1.6666665459e-1f));
        p = Vector.FusedMultiplyAdd(p, r, Vector.Create(5.0000001201e-1f));
        p = Vector.FusedMultiplyAdd(p, r * r, r) + Vector<float>.One;
        var power = Vector.AsVectorSingle(Vector.ShiftLeft(Vector.AsVectorInt32(shifted), 23) + Vector.AsVectorInt32(Vector<float>.One));
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector.Create(Least)), Vector<float>.Zero, p * power);
    }

    /// <summary>Replaces scores by e^(score − the largest one).</summary>
    /// <param name="scores">A whole number of vectors; at least one score is finite.</param>
    /// <returns>The sum of the results. The order of the additions depends on the length alone.</returns>
    public static float Softmax(Span<float> scores)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(scores);
        var most = vectors[0];
        foreach (var v in vectors[1..])
        {
            most = Vector.Max(most, v);
        }

        var largest = most[0];
        for (var i = 1; i < Vector<float>.Count; i++)
        {
            largest = Math.Max(largest, most[i]);
        }

        var (max, sum) = (Vector.Create(largest), Vector<float>.Zero);
        foreach (ref var v in vectors)
        {
            v = Of(v - max);
            sum += v;
        }

        return Vector.Sum(sum);
    }
}
