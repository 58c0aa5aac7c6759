using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using SkillFactory.Engine.Sampling.Paging;

namespace SkillFactory.Engine.Sampling.Attention;

/// <summary>
/// Attention of the queries of one position that share a key head, over the pages of its sequence (<see cref="PageLayout"/>). Every sum
/// has a fixed order that depends on the position alone, so neither the number of queries nor the other sequences change a bit.
/// </summary>
internal static unsafe class AttentionKernel<T, TElement>
    where T : unmanaged
    where TElement : ICacheElement<T>
{
    private static int Width => PageLayout.Width;

    /// <summary>Stores the key and the value of a position.</summary>
    /// <param name="head">The head's part of the page.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="at">Position in the page.</param>
    /// <param name="key">[hd]</param>
    /// <param name="value">[hd]</param>
    public static void Store(T* head, PageLayout layout, int at, ReadOnlySpan<float> key, ReadOnlySpan<float> value)
    {
        var keys = head + (at / Width * Width * layout.HeadDim) + (at % Width);
        var values = head + layout.KeySize + (at * layout.ValueSize);
        for (var d = 0; d < key.Length; d++)
        {
            keys[d * Width] = TElement.From(key[d]);
            values[d] = TElement.From(value[d]);
        }

        // The rest is added to sums that nobody reads; numbers that are not normal would slow that down.
        new Span<T>(values + key.Length, layout.ValueSize - key.Length).Clear();
    }

    /// <summary>Attends to the positions <paramref name="first"/> … <paramref name="last"/>.</summary>
    /// <param name="queries">[queries, hd], scaled.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="heads">The head's part of each page, from the page of <paramref name="first"/> on.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="first">First position.</param>
    /// <param name="last">Last position.</param>
    /// <param name="scores">Scratch: <paramref name="count"/> times <see cref="ScoreSize"/>.</param>
    /// <param name="result">[queries, hd]</param>
    public static void Attend(float* queries, int count, T** heads, PageLayout layout, int first, int last, float* scores, float* result)
    {
        // Positions from here on are counted from the first block.
        var origin = first / Width * Width;
        var skipped = first - origin;
        var (from, to) = (origin % PageTable.Size, (origin % PageTable.Size) + last - origin + 1);
        var stride = ScoreSize(first, last);
        Scores(queries, count, heads, layout, from, stride, scores);
        var sums = stackalloc float[count];
        for (var q = 0; q < count; q++)
        {
            var row = new Span<float>(scores + (q * stride), stride);
            row[..skipped].Fill(float.NegativeInfinity);
            row[(to - from)..].Fill(float.NegativeInfinity);
            sums[q] = VectorExp.Softmax(row);
        }

        Values(scores, count, stride, heads, layout, from, to, result);
        for (var q = 0; q < count; q++)
        {
            var attended = new Span<float>(result + (q * layout.HeadDim), layout.HeadDim);
            TensorPrimitives.Divide(attended, sums[q], attended);
        }
    }

    /// <summary>Scratch of a query that attends to these positions: whole blocks.</summary>
    public static int ScoreSize(int first, int last) => ((last / Width) - (first / Width) + 1) * Width;

    private static void Scores(float* queries, int count, T** heads, PageLayout layout, int from, int stride, float* scores)
    {
        var (hd, perPage) = (layout.HeadDim, PageTable.Size / Width);
        var end = (from + stride) / Width;
        for (var b = from / Width; b < end; )
        {
            var keys = heads[b / perPage] + (b % perPage * Width * hd);
            var target = scores + (b * Width) - from;
            var blocks = Math.Min(perPage - (b % perPage), end - b);
            b += blocks;
            for (; blocks >= 4; blocks -= 4, keys += 4 * Width * hd, target += 4 * Width)
            {
                var q = 0;
                for (; q <= count - 2; q += 2)
                {
                    FourBlocks(queries + (q * hd), hd, keys, target + (q * stride), stride);
                }

                if (q < count)
                {
                    FourBlocks(queries + (q * hd), hd, keys, target + (q * stride));
                }
            }

            for (; blocks > 0; blocks--, keys += Width * hd, target += Width)
            {
                for (var q = 0; q < count; q++)
                {
                    OneBlock(queries + (q * hd), hd, keys, target + (q * stride));
                }
            }
        }
    }

    private static void FourBlocks(float* query, int hd, T* keys, float* scores, int stride)
    {
        var size = Width * hd;
        var (a0, a1, a2, a3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var (b0, b1, b2, b3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        for (var d = 0; d < hd; d++, keys += Width)
        {
            var (qa, qb) = (Vector.Create(query[d]), Vector.Create(query[hd + d]));
            var (k0, k1, k2, k3) = (
                TElement.Load(keys),
                TElement.Load(keys + size),
                TElement.Load(keys + (2 * size)),
                TElement.Load(keys + (3 * size))
            );
            a0 = Vector.FusedMultiplyAdd(k0, qa, a0);
            a1 = Vector.FusedMultiplyAdd(k1, qa, a1);
            a2 = Vector.FusedMultiplyAdd(k2, qa, a2);
            a3 = Vector.FusedMultiplyAdd(k3, qa, a3);
            b0 = Vector.FusedMultiplyAdd(k0, qb, b0);
            b1 = Vector.FusedMultiplyAdd(k1, qb, b1);
            b2 = Vector.FusedMultiplyAdd(k2, qb, b2);
            b3 = Vector.FusedMultiplyAdd(k3, qb, b3);
        }

        StoreFour(scores, a0, a1, a2, a3);
        StoreFour(scores + stride, b0, b1, b2, b3);
    }

    private static void FourBlocks(float* query, int hd, T* keys, float* scores)
    {
        var size = Width * hd;
        var (a0, a1, a2, a3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        for (var d = 0; d < hd; d++, keys += Width)
        {
            var q = Vector.Create(query[d]);
            a0 = Vector.FusedMultiplyAdd(TElement.Load(keys), q, a0);
            a1 = Vector.FusedMultiplyAdd(TElement.Load(keys + size), q, a1);
            a2 = Vector.FusedMultiplyAdd(TElement.Load(keys + (2 * size)), q, a2);
            a3 = Vector.FusedMultiplyAdd(TElement.Load(keys + (3 * size)), q, a3);
        }

        StoreFour(scores, a0, a1, a2, a3);
    }

    private static void OneBlock(float* query, int hd, T* keys, float* scores)
    {
        var sum = Vector<float>.Zero;
        for (var d = 0; d < hd; d++, keys += Width)
        {
            sum = Vector.FusedMultiplyAdd(TElement.Load(keys), Vector.Create(query[d]), sum);
        }

        Vector.Store(sum, scores);
    }

    /// <summary>Σ weight · value, in the order of the positions.</summary>
    private static void Values(float* weights, int count, int stride, T** heads, PageLayout layout, int from, int to, float* result)
    {
        var hd = layout.HeadDim;
        for (var c = 0; c < hd; )
        {
            var wide = c + (4 * Width) <= layout.ValueSize;
            var q = 0;
            for (; wide && q <= count - 2; q += 2)
            {
                FourColumns(weights + (q * stride), stride, heads, layout, c, from, to, result + (q * hd) + c);
            }

            for (; q < count; q++)
            {
                if (wide)
                {
                    FourColumns(weights + (q * stride), heads, layout, c, from, to, result + (q * hd) + c);
                }
                else
                {
                    OneColumn(weights + (q * stride), heads, layout, c, from, to, result + (q * hd) + c);
                }
            }

            c += wide ? 4 * Width : Width;
        }
    }

    private static void FourColumns(float* weights, int stride, T** heads, PageLayout layout, int column, int from, int to, float* result)
    {
        var (size, hd) = (layout.ValueSize, layout.HeadDim);
        var (a0, a1, a2, a3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var (b0, b1, b2, b3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        for (var t = from; t < to; )
        {
            var end = Math.Min(to, (t / PageTable.Size * PageTable.Size) + PageTable.Size);
            var values = heads[t / PageTable.Size] + layout.KeySize + (t % PageTable.Size * size) + column;
            for (; t < end; t++, values += size, weights++)
            {
                var (wa, wb) = (Vector.Create(weights[0]), Vector.Create(weights[stride]));
                var (v0, v1, v2, v3) = (
                    TElement.Load(values),
                    TElement.Load(values + Width),
                    TElement.Load(values + (2 * Width)),
                    TElement.Load(values + (3 * Width))
                );
                a0 = Vector.FusedMultiplyAdd(v0, wa, a0);
                a1 = Vector.FusedMultiplyAdd(v1, wa, a1);
                a2 = Vector.FusedMultiplyAdd(v2, wa, a2);
                a3 = Vector.FusedMultiplyAdd(v3, wa, a3);
                b0 = Vector.FusedMultiplyAdd(v0, wb, b0);
                b1 = Vector.FusedMultiplyAdd(v1, wb, b1);
                b2 = Vector.FusedMultiplyAdd(v2, wb, b2);
                b3 = Vector.FusedMultiplyAdd(v3, wb, b3);
            }
        }

        StoreColumns(result, hd - column, a0, a1, a2, a3);
        StoreColumns(result + hd, hd - column, b0, b1, b2, b3);
    }

    private static void FourColumns(float* weights, T** heads, PageLayout layout, int column, int from, int to, float* result)
    {
        var size = layout.ValueSize;
        var (a0, a1, a2, a3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        for (var t = from; t < to; )
        {
            var end = Math.Min(to, (t / PageTable.Size * PageTable.Size) + PageTable.Size);
            var values = heads[t / PageTable.Size] + layout.KeySize + (t % PageTable.Size * size) + column;
            for (; t < end; t++, values += size, weights++)
            {
                var w = Vector.Create(weights[0]);
                a0 = Vector.FusedMultiplyAdd(TElement.Load(values), w, a0);
                a1 = Vector.FusedMultiplyAdd(TElement.Load(values + Width), w, a1);
                a2 = Vector.FusedMultiplyAdd(TElement.Load(values + (2 * Width)), w, a2);
                a3 = Vector.FusedMultiplyAdd(TElement.Load(values + (3 * Width)), w, a3);
            }
        }

        StoreColumns(result, layout.HeadDim - column, a0, a1, a2, a3);
    }

    private static void OneColumn(float* weights, T** heads, PageLayout layout, int column, int from, int to, float* result)
    {
        var size = layout.ValueSize;
        var sum = Vector<float>.Zero;
        for (var t = from; t < to; )
        {
            var end = Math.Min(to, (t / PageTable.Size * PageTable.Size) + PageTable.Size);
            var values = heads[t / PageTable.Size] + layout.KeySize + (t % PageTable.Size * size) + column;
            for (; t < end; t++, values += size, weights++)
            {
                sum = Vector.FusedMultiplyAdd(TElement.Load(values), Vector.Create(weights[0]), sum);
            }
        }

        StoreColumn(result, layout.HeadDim - column, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFour(float* to, Vector<float> v0, Vector<float> v1, Vector<float> v2, Vector<float> v3)
    {
        Vector.Store(v0, to);
        Vector.Store(v1, to + Width);
        Vector.Store(v2, to + (2 * Width));
        Vector.Store(v3, to + (3 * Width));
    }

    /// <summary>Stores as many components as there are left.</summary>
    private static void StoreColumns(float* to, int left, Vector<float> v0, Vector<float> v1, Vector<float> v2, Vector<float> v3)
    {
        Vector.Store(v0, to);
        Vector.Store(v1, to + Width);
        Vector.Store(v2, to + (2 * Width));
        StoreColumn(to + (3 * Width), left - (3 * Width), v3);
    }

    private static void StoreColumn(float* to, int left, Vector<float> value)
    {
        if (left >= Width)
        {
            Vector.Store(value, to);
            return;
        }

        for (var i = 0; i < left; i++)
        {
            to[i] = value[i];
        }
    }
}
