using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkillFactory.Engine.MatMul;

/// <summary>
/// y = x·Wᵀ for a few rows of fp32 x and a bf16 W, on one core: the matmul of decoding, where reading W once decides the time. A bf16
/// value is the upper half of an fp32 one, so a shift or a mask widens it in a register, and all sums are fp32.
/// </summary>
/// <remarks>Each element is summed in the same order whatever the number of rows, columns and threads, so a row has the same bits
/// alone and among others.</remarks>
internal static unsafe class BFloat16Kernel
{
    /// <summary>Elements of W that one vector holds: 16 pairs of an even and an odd one.</summary>
    public const int BlockWidth = 32;

    /// <summary>Rows of W that are read side by side.</summary>
    public const int TileColumns = 4;

    private const int VectorWidth = 16;

    /// <summary>Distance in bytes at which W is prefetched. Found by measuring; the hardware prefetcher alone reaches a third of the
    /// speed.</summary>
    private const int PrefetchBytes = 8192;

    private const uint UpperHalf = 0xFFFF_0000;

    /// <summary>Number of floats that <see cref="Split"/> writes for a row.</summary>
    public static int SplitLength(int inner) => inner / BlockWidth * BlockWidth;

    /// <summary>Sorts the whole blocks of a row into the order of the kernel: 16 even elements, then the 16 odd ones, block by
    /// block.</summary>
    /// <param name="row">[K]</param>
    /// <param name="split">[<see cref="SplitLength"/>]</param>
    public static void Split(ReadOnlySpan<float> row, Span<float> split)
    {
        for (var block = 0; block < split.Length; block += BlockWidth)
        {
            for (var i = 0; i < VectorWidth; i++)
            {
                split[block + i] = row[block + (2 * i)];
                split[block + VectorWidth + i] = row[block + (2 * i) + 1];
            }
        }
    }

    /// <summary>Computes some columns of y.</summary>
    /// <param name="rows">M: rows of x and y.</param>
    /// <param name="first">First column of y, which is a row of W.</param>
    /// <param name="last">Column after the last.</param>
    /// <param name="inner">K.</param>
    /// <param name="x">[M, K]</param>
    /// <param name="split">[M, SplitLength(K)]: the rows of x after <see cref="Split"/>.</param>
    /// <param name="weight">[N, K] bf16.</param>
    /// <param name="y">[M, N]; the columns are overwritten.</param>
    /// <param name="columns">N.</param>
    public static void Multiply(int rows, nint first, nint last, int inner, float* x, float* split, ushort* weight, float* y, nint columns)
    {
        var (length, n) = (SplitLength(inner), first);
        for (; n <= last - TileColumns; n += TileColumns)
        {
            var w = weight + (n * inner);
            for (var m = 0; m < rows; )
            {
                var at = split + ((nint)m * length);
                var to = y + (m * columns) + n;
                switch (rows - m)
                {
                    case >= 4:
                        FourRows(length, inner, at, w, to, columns, prefetch: m == 0);
                        m += 4;
                        break;
                    case >= 2:
                        TwoRows(length, inner, at, w, to, columns, prefetch: m == 0);
                        m += 2;
                        break;
                    default:
                        OneRow(length, inner, at, w, to, prefetch: m == 0);
                        m++;
                        break;
                }
            }
        }

        for (; n < last; n++)
        {
            for (var m = 0; m < rows; m++)
            {
                y[(m * columns) + n] = Dot(length, split + ((nint)m * length), weight + (n * inner));
            }
        }

        if (length < inner)
        {
            AddRest(rows, first, last, inner, length, x, weight, y, columns);
        }
    }

    /// <summary>Adds the products of the elements after the last whole block.</summary>
    private static void AddRest(int rows, nint first, nint last, int inner, int from, float* x, ushort* weight, float* y, nint columns)
    {
        for (var n = first; n < last; n++)
        {
            for (var m = 0; m < rows; m++)
            {
                var sum = y[(m * columns) + n];
                for (var k = from; k < inner; k++)
                {
                    var w = BitConverter.UInt32BitsToSingle((uint)weight[(n * inner) + k] << 16);
                    sum = float.FusedMultiplyAdd(x[((nint)m * inner) + k], w, sum);
                }

                y[(m * columns) + n] = sum;
            }
        }
    }

    private static float Dot(int length, float* x, ushort* w)
    {
        var sum = Vector512<float>.Zero;
        for (var k = 0; k < length; k += BlockWidth)
        {
            var (even, odd) = Widen(w + k);
            sum = Add(x + k, even, odd, sum);
        }

        return Vector512.Sum(sum);
    }

    private static void OneRow(int length, nint stride, float* x, ushort* w, float* y, bool prefetch)
    {
        Vector512<float> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default;
        for (var k = 0; k < length; k += BlockWidth)
        {
            if (prefetch)
            {
                Prefetch(w + k, stride);
            }

            var (xe, xo) = (Vector512.Load(x + k), Vector512.Load(x + k + VectorWidth));
            Add(w + k, xe, xo, ref s0);
            Add(w + stride + k, xe, xo, ref s1);
            Add(w + (2 * stride) + k, xe, xo, ref s2);
            Add(w + (3 * stride) + k, xe, xo, ref s3);
        }

        Store(y, s0, s1, s2, s3);
    }

    private static void TwoRows(int length, nint stride, float* x, ushort* w, float* y, nint columns, bool prefetch)
    {
        Vector512<float> s00 = default,
            s01 = default,
            s02 = default,
            s03 = default;
        Vector512<float> s10 = default,
            s11 = default,
            s12 = default,
            s13 = default;
        for (var k = 0; k < length; k += BlockWidth)
        {
            if (prefetch)
            {
                Prefetch(w + k, stride);
            }

            var a = x + k;
            var b = a + length;
            var (even, odd) = Widen(w + k);
            s00 = Add(a, even, odd, s00);
            s10 = Add(b, even, odd, s10);
            (even, odd) = Widen(w + stride + k);
            s01 = Add(a, even, odd, s01);
            s11 = Add(b, even, odd, s11);
            (even, odd) = Widen(w + (2 * stride) + k);
            s02 = Add(a, even, odd, s02);
            s12 = Add(b, even, odd, s12);
            (even, odd) = Widen(w + (3 * stride) + k);
            s03 = Add(a, even, odd, s03);
            s13 = Add(b, even, odd, s13);
        }

        Store(y, s00, s01, s02, s03);
        Store(y + columns, s10, s11, s12, s13);
    }

    private static void FourRows(int length, nint stride, float* x, ushort* w, float* y, nint columns, bool prefetch)
    {
        Vector512<float> s00 = default,
            s01 = default,
            s02 = default,
            s03 = default;
        Vector512<float> s10 = default,
            s11 = default,
            s12 = default,
            s13 = default;
        Vector512<float> s20 = default,
            s21 = default,
            s22 = default,
            s23 = default;
        Vector512<float> s30 = default,
            s31 = default,
            s32 = default,
            s33 = default;
        for (var k = 0; k < length; k += BlockWidth)
        {
            if (prefetch)
            {
                Prefetch(w + k, stride);
            }

            var a = x + k;
            var b = a + length;
            var c = b + length;
            var d = c + length;
            var (even, odd) = Widen(w + k);
            s00 = Add(a, even, odd, s00);
            s10 = Add(b, even, odd, s10);
            s20 = Add(c, even, odd, s20);
            s30 = Add(d, even, odd, s30);
            (even, odd) = Widen(w + stride + k);
            s01 = Add(a, even, odd, s01);
            s11 = Add(b, even, odd, s11);
            s21 = Add(c, even, odd, s21);
            s31 = Add(d, even, odd, s31);
            (even, odd) = Widen(w + (2 * stride) + k);
            s02 = Add(a, even, odd, s02);
            s12 = Add(b, even, odd, s12);
            s22 = Add(c, even, odd, s22);
            s32 = Add(d, even, odd, s32);
            (even, odd) = Widen(w + (3 * stride) + k);
            s03 = Add(a, even, odd, s03);
            s13 = Add(b, even, odd, s13);
            s23 = Add(c, even, odd, s23);
            s33 = Add(d, even, odd, s33);
        }

        Store(y, s00, s01, s02, s03);
        Store(y += columns, s10, s11, s12, s13);
        Store(y += columns, s20, s21, s22, s23);
        Store(y + columns, s30, s31, s32, s33);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Even, Vector512<float> Odd) Widen(ushort* w)
    {
        var pairs = Vector512.Load((uint*)w);
        return ((pairs << 16).AsSingle(), (pairs & Vector512.Create(UpperHalf)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(float* x, Vector512<float> even, Vector512<float> odd, Vector512<float> sum) =>
        Vector512.FusedMultiplyAdd(Vector512.Load(x + VectorWidth), odd, Vector512.FusedMultiplyAdd(Vector512.Load(x), even, sum));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ushort* w, Vector512<float> xe, Vector512<float> xo, ref Vector512<float> sum)
    {
        var (even, odd) = Widen(w);
        sum = Vector512.FusedMultiplyAdd(xo, odd, Vector512.FusedMultiplyAdd(xe, even, sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* y, Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3)
    {
        y[0] = Vector512.Sum(s0);
        y[1] = Vector512.Sum(s1);
        y[2] = Vector512.Sum(s2);
        y[3] = Vector512.Sum(s3);
    }

    /// <summary>Asks for a part of the next rows of W. An address behind the end of W does no harm.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(ushort* w, nint stride)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0((byte*)w + PrefetchBytes);
            Sse.Prefetch0((byte*)(w + stride) + PrefetchBytes);
            Sse.Prefetch0((byte*)(w + (2 * stride)) + PrefetchBytes);
            Sse.Prefetch0((byte*)(w + (3 * stride)) + PrefetchBytes);
        }
    }
}
