using System.Numerics;
using System.Runtime.InteropServices;

namespace SkillFactory.Engine.Sampling;

/// <summary>Attention of one query over keys and values in the layout of <see cref="HostDecodeCache"/>.</summary>
internal static class AttentionKernel
{
    /// <summary>Number of floats in a vector and of positions in a key block.</summary>
    public static int Width => Vector<float>.Count;

    /// <summary>Rounds up to a multiple of <see cref="Width"/>.</summary>
    public static int Padded(int count) => (count + Width - 1) / Width * Width;

    /// <param name="keys">[blocks, hd, width]</param>
    /// <param name="position">Position of the key.</param>
    /// <param name="key">[hd]</param>
    public static void StoreKey(Span<float> keys, int position, ReadOnlySpan<float> key)
    {
        var at = (position / Width * Width * key.Length) + (position % Width);
        for (var d = 0; d < key.Length; d++)
        {
            keys[at + (d * Width)] = key[d];
        }
    }

    /// <param name="values">[positions, hd padded]</param>
    /// <param name="position">Position of the value.</param>
    /// <param name="value">[hd]</param>
    public static void StoreValue(Span<float> values, int position, ReadOnlySpan<float> value) =>
        value.CopyTo(values.Slice(position * Padded(value.Length), value.Length));

    /// <summary>Computes query · key for every position, and −∞ for the rest of the last block.</summary>
    /// <param name="query">[hd]</param>
    /// <param name="keys">[blocks, hd, width]</param>
    /// <param name="count">Number of positions.</param>
    /// <param name="scores">[count padded]</param>
    public static void Scores(ReadOnlySpan<float> query, ReadOnlySpan<float> keys, int count, Span<float> scores)
    {
        var blocks = MemoryMarshal.Cast<float, Vector<float>>(keys);
        var results = MemoryMarshal.Cast<float, Vector<float>>(scores);
        for (var b = 0; b < results.Length; b++)
        {
            // Four independent sums, because each addition waits for the previous one.
            var block = blocks.Slice(b * query.Length, query.Length);
            var (s0, s1, s2, s3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
            var d = 0;
            for (; d <= query.Length - 4; d += 4)
            {
                s0 = Vector.FusedMultiplyAdd(block[d], Vector.Create(query[d]), s0);
                s1 = Vector.FusedMultiplyAdd(block[d + 1], Vector.Create(query[d + 1]), s1);
                s2 = Vector.FusedMultiplyAdd(block[d + 2], Vector.Create(query[d + 2]), s2);
                s3 = Vector.FusedMultiplyAdd(block[d + 3], Vector.Create(query[d + 3]), s3);
            }

            for (; d < query.Length; d++)
            {
                s0 = Vector.FusedMultiplyAdd(block[d], Vector.Create(query[d]), s0);
            }

            results[b] = (s0 + s1) + (s2 + s3);
        }

        scores[count..].Fill(float.NegativeInfinity);
    }

    /// <summary>Adds Σ weight · value to <paramref name="sum"/>.</summary>
    /// <param name="weights">[count]</param>
    /// <param name="values">[positions, hd padded]</param>
    /// <param name="sum">[hd]</param>
    public static void AddValues(ReadOnlySpan<float> weights, ReadOnlySpan<float> values, Span<float> sum)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var stride = Padded(sum.Length) / Width;
        Span<float> part = stackalloc float[4 * Width];
        var c = 0;
        for (; c <= stride - 4; c += 4)
        {
            var (s0, s1, s2, s3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
            for (var (t, at) = (0, c); t < weights.Length; t++, at += stride)
            {
                var weight = Vector.Create(weights[t]);
                var value = vectors.Slice(at, 4);
                s0 = Vector.FusedMultiplyAdd(value[0], weight, s0);
                s1 = Vector.FusedMultiplyAdd(value[1], weight, s1);
                s2 = Vector.FusedMultiplyAdd(value[2], weight, s2);
                s3 = Vector.FusedMultiplyAdd(value[3], weight, s3);
            }

            s0.CopyTo(part);
            s1.CopyTo(part[Width..]);
            s2.CopyTo(part[(2 * Width)..]);
            s3.CopyTo(part[(3 * Width)..]);
            Add(part, sum[(c * Width)..]);
        }

        for (; c < stride; c++)
        {
            var s = Vector<float>.Zero;
            for (var (t, at) = (0, c); t < weights.Length; t++, at += stride)
            {
                s = Vector.FusedMultiplyAdd(vectors[at], Vector.Create(weights[t]), s);
            }

            s.CopyTo(part);
            Add(part[..Width], sum[(c * Width)..]);
        }
    }

    private static void Add(ReadOnlySpan<float> part, Span<float> sum)
    {
        for (var i = 0; i < Math.Min(part.Length, sum.Length); i++)
        {
            sum[i] += part[i];
        }
    }
}
