using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkillFactory.Engine.MatMul;

/// <summary>
/// Single-precision matmul on one core with AVX-512: C[i, j] = Σ_k A[i, k]·B[k, j], any strides. The columns of B are packed in panels of
/// 32. The kernel multiplies 12 rows of A with a panel at a time, and keeps the sums in 24 of the 32 registers (Goto and van de Geijn
/// 2008).
/// </summary>
/// <remarks>Every element is summed in the order of k, independent of the other rows and columns. So a row of a large matmul has the same
/// bits as that row in a small one.</remarks>
internal static unsafe class MatMulKernel
{
    /// <summary>Number of columns of a panel: two vectors.</summary>
    public const int PanelWidth = 32;

    /// <summary>Number of rows that are multiplied at a time.</summary>
    public const int TileHeight = 12;

    private const int VectorWidth = 16;
    private const int SmallTileHeight = 4;

    /// <summary>Number of rows of a panel. At 32 KB a panel stays in the first-level cache while the rows of A are read.</summary>
    private const int PanelDepth = 256;

    [ThreadStatic]
    private static float[]? _panel;

    public static bool IsSupported => Avx512F.IsSupported;

    /// <summary>Computes C = A·B, or C += A·B.</summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="columns">Columns of B and C.</param>
    /// <param name="inner">Columns of A, rows of B.</param>
    /// <param name="a">A[i, k] is at i·aRow + k·aInner.</param>
    /// <param name="b">B[k, j] is at k·bInner + j·bColumn; one of these strides is 1.</param>
    /// <param name="c">C[i, j] is at i·cRow + j.</param>
    /// <param name="accumulate">Whether to add to C.</param>
    public static void Multiply(
        int rows,
        int columns,
        int inner,
        float* a,
        nint aRow,
        nint aInner,
        float* b,
        nint bInner,
        nint bColumn,
        float* c,
        nint cRow,
        bool accumulate
    )
    {
        const int Alignment = 64;
        fixed (float* buffer = _panel ??= new float[(PanelWidth * PanelDepth) + (Alignment / sizeof(float))])
        {
            var panel = (float*)(((nint)buffer + Alignment - 1) & ~(nint)(Alignment - 1));
            var edge = stackalloc float[TileHeight * PanelWidth];
            for (var k = 0; k < inner; k += PanelDepth)
            {
                var depth = Math.Min(PanelDepth, inner - k);
                for (var j = 0; j < columns; j += PanelWidth)
                {
                    var width = Math.Min(PanelWidth, columns - j);
                    Pack(panel, b + (k * bInner) + (j * bColumn), bInner, bColumn, depth, width);
                    for (var i = 0; i < rows; )
                    {
                        var height =
                            rows - i >= TileHeight ? TileHeight
                            : rows - i >= SmallTileHeight ? SmallTileHeight
                            : 1;
                        var from = a + (i * aRow) + (k * aInner);
                        var to = c + (i * cRow) + j;
                        if (width == PanelWidth)
                        {
                            Tile(height, depth, from, aRow, aInner, panel, to, cRow, accumulate || k > 0);
                        }
                        else
                        {
                            Tile(height, depth, from, aRow, aInner, panel, edge, PanelWidth, accumulate: false);
                            CopyEdge(edge, height, width, to, cRow, accumulate || k > 0);
                        }

                        i += height;
                    }
                }
            }
        }
    }

    /// <summary>Copies up to 32 columns of B into a panel, padded with zeros.</summary>
    private static void Pack(float* panel, float* b, nint bInner, nint bColumn, int depth, int width)
    {
        if (width < PanelWidth)
        {
            new Span<float>(panel, depth * PanelWidth).Clear();
        }

        if (bColumn == 1)
        {
            for (var k = 0; k < depth; k++)
            {
                if (width == PanelWidth)
                {
                    Vector512.Store(Vector512.Load(b), panel);
                    Vector512.Store(Vector512.Load(b + VectorWidth), panel + VectorWidth);
                }
                else
                {
                    new ReadOnlySpan<float>(b, width).CopyTo(new Span<float>(panel, width));
                }

                b += bInner;
                panel += PanelWidth;
            }

            return;
        }

        var j = 0;
        if (bInner == 1)
        {
            for (; j <= width - VectorWidth; j += VectorWidth)
            {
                PackColumns(panel + j, b + (j * bColumn), bColumn, depth);
            }
        }

        for (; j < width; j++)
        {
            for (var k = 0; k < depth; k++)
            {
                panel[(k * PanelWidth) + j] = b[(j * bColumn) + (k * bInner)];
            }
        }
    }

    /// <summary>Transposes as many contiguous columns as a vector is wide into a panel, in squares.</summary>
    private static void PackColumns(float* panel, float* b, nint bColumn, int depth)
    {
        var k = 0;
        for (; k <= depth - VectorWidth; k += VectorWidth, b += VectorWidth, panel += VectorWidth * PanelWidth)
        {
            var (a0, a1, a2, a3) = Interleave(b, bColumn);
            var (b0, b1, b2, b3) = Interleave(b + (4 * bColumn), bColumn);
            var (c0, c1, c2, c3) = Interleave(b + (8 * bColumn), bColumn);
            var (d0, d1, d2, d3) = Interleave(b + (12 * bColumn), bColumn);
            StoreRows(panel, a0, b0, c0, d0);
            StoreRows(panel + PanelWidth, a1, b1, c1, d1);
            StoreRows(panel + (2 * PanelWidth), a2, b2, c2, d2);
            StoreRows(panel + (3 * PanelWidth), a3, b3, c3, d3);
        }

        for (; k < depth; k++, b++, panel += PanelWidth)
        {
            for (var j = 0; j < VectorWidth; j++)
            {
                panel[j] = b[j * bColumn];
            }
        }
    }

    /// <summary>Four columns of 16 elements; quarter q of result r has element 4·q + r of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float>, Vector512<float>, Vector512<float>, Vector512<float>) Interleave(float* b, nint bColumn)
    {
        var (r0, r1) = (Vector512.Load(b), Vector512.Load(b + bColumn));
        var (r2, r3) = (Vector512.Load(b + (2 * bColumn)), Vector512.Load(b + (3 * bColumn)));
        var (low01, high01) = (Avx512F.UnpackLow(r0, r1).AsDouble(), Avx512F.UnpackHigh(r0, r1).AsDouble());
        var (low23, high23) = (Avx512F.UnpackLow(r2, r3).AsDouble(), Avx512F.UnpackHigh(r2, r3).AsDouble());
        return (
            Avx512F.UnpackLow(low01, low23).AsSingle(),
            Avx512F.UnpackHigh(low01, low23).AsSingle(),
            Avx512F.UnpackLow(high01, high23).AsSingle(),
            Avx512F.UnpackHigh(high01, high23).AsSingle()
        );
    }

    /// <summary>Stores rows 0, 4, 8 and 12 of a square from the same result of its four times four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRows(float* panel, Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        const byte Even = 0x88;
        const byte Odd = 0xDD;
        var (evenAb, evenCd) = (Avx512F.Shuffle4x128(a, b, Even), Avx512F.Shuffle4x128(c, d, Even));
        var (oddAb, oddCd) = (Avx512F.Shuffle4x128(a, b, Odd), Avx512F.Shuffle4x128(c, d, Odd));
        Avx512F.Shuffle4x128(evenAb, evenCd, Even).Store(panel);
        Avx512F.Shuffle4x128(oddAb, oddCd, Even).Store(panel + (4 * PanelWidth));
        Avx512F.Shuffle4x128(evenAb, evenCd, Odd).Store(panel + (8 * PanelWidth));
        Avx512F.Shuffle4x128(oddAb, oddCd, Odd).Store(panel + (12 * PanelWidth));
    }

    private static void CopyEdge(float* edge, int height, int width, float* c, nint cRow, bool accumulate)
    {
        for (var i = 0; i < height; i++)
        {
            for (var j = 0; j < width; j++)
            {
                var sum = edge[(i * PanelWidth) + j];
                c[(i * cRow) + j] = accumulate ? c[(i * cRow) + j] + sum : sum;
            }
        }
    }

    private static void Tile(int height, int depth, float* a, nint aRow, nint aInner, float* panel, float* c, nint cRow, bool accumulate)
    {
        switch (height)
        {
            case TileHeight:
                Tile12(depth, a, aRow, aInner, panel, c, cRow, accumulate);
                break;
            case SmallTileHeight:
                Tile4(depth, a, aRow, aInner, panel, c, cRow, accumulate);
                break;
            default:
                Tile1(depth, a, aInner, panel, c, accumulate);
                break;
        }
    }

    private static void Tile12(int depth, float* a, nint aRow, nint aInner, float* panel, float* c, nint cRow, bool accumulate)
    {
        Vector512<float> c00 = default,
            c01 = default,
            c10 = default,
            c11 = default,
            c20 = default,
            c21 = default,
            c30 = default,
            c31 = default;
        Vector512<float> c40 = default,
            c41 = default,
            c50 = default,
            c51 = default,
            c60 = default,
            c61 = default,
            c70 = default,
            c71 = default;
        Vector512<float> c80 = default,
            c81 = default,
            c90 = default,
            c91 = default,
            ca0 = default,
            ca1 = default,
            cb0 = default,
            cb1 = default;
        var two = 2 * aRow;
        var a3 = a + (3 * aRow);
        var a6 = a + (6 * aRow);
        var a9 = a + (9 * aRow);
        for (var k = 0; k < depth; k++)
        {
            var b0 = Vector512.Load(panel);
            var b1 = Vector512.Load(panel + VectorWidth);
            Add(a[0], b0, b1, ref c00, ref c01);
            Add(a[aRow], b0, b1, ref c10, ref c11);
            Add(a[two], b0, b1, ref c20, ref c21);
            Add(a3[0], b0, b1, ref c30, ref c31);
            Add(a3[aRow], b0, b1, ref c40, ref c41);
            Add(a3[two], b0, b1, ref c50, ref c51);
            Add(a6[0], b0, b1, ref c60, ref c61);
            Add(a6[aRow], b0, b1, ref c70, ref c71);
            Add(a6[two], b0, b1, ref c80, ref c81);
            Add(a9[0], b0, b1, ref c90, ref c91);
            Add(a9[aRow], b0, b1, ref ca0, ref ca1);
            Add(a9[two], b0, b1, ref cb0, ref cb1);
            panel += PanelWidth;
            a += aInner;
            a3 += aInner;
            a6 += aInner;
            a9 += aInner;
        }

        Store(c, c00, c01, accumulate);
        Store(c += cRow, c10, c11, accumulate);
        Store(c += cRow, c20, c21, accumulate);
        Store(c += cRow, c30, c31, accumulate);
        Store(c += cRow, c40, c41, accumulate);
        Store(c += cRow, c50, c51, accumulate);
        Store(c += cRow, c60, c61, accumulate);
        Store(c += cRow, c70, c71, accumulate);
        Store(c += cRow, c80, c81, accumulate);
        Store(c += cRow, c90, c91, accumulate);
        Store(c += cRow, ca0, ca1, accumulate);
        Store(c + cRow, cb0, cb1, accumulate);
    }

    private static void Tile4(int depth, float* a, nint aRow, nint aInner, float* panel, float* c, nint cRow, bool accumulate)
    {
        Vector512<float> c00 = default,
            c01 = default,
            c10 = default,
            c11 = default,
            c20 = default,
            c21 = default,
            c30 = default,
            c31 = default;
        for (var k = 0; k < depth; k++)
        {
            var b0 = Vector512.Load(panel);
            var b1 = Vector512.Load(panel + VectorWidth);
            Add(a[0], b0, b1, ref c00, ref c01);
            Add(a[aRow], b0, b1, ref c10, ref c11);
            Add(a[2 * aRow], b0, b1, ref c20, ref c21);
            Add(a[3 * aRow], b0, b1, ref c30, ref c31);
            panel += PanelWidth;
            a += aInner;
        }

        Store(c, c00, c01, accumulate);
        Store(c += cRow, c10, c11, accumulate);
        Store(c += cRow, c20, c21, accumulate);
        Store(c + cRow, c30, c31, accumulate);
    }

    private static void Tile1(int depth, float* a, nint aInner, float* panel, float* c, bool accumulate)
    {
        Vector512<float> c0 = default,
            c1 = default;
        for (var k = 0; k < depth; k++)
        {
            Add(*a, Vector512.Load(panel), Vector512.Load(panel + VectorWidth), ref c0, ref c1);
            panel += PanelWidth;
            a += aInner;
        }

        Store(c, c0, c1, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float a, Vector512<float> b0, Vector512<float> b1, ref Vector512<float> c0, ref Vector512<float> c1)
    {
        var x = Vector512.Create(a);
        c0 = Avx512F.FusedMultiplyAdd(x, b0, c0);
        c1 = Avx512F.FusedMultiplyAdd(x, b1, c1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> c0, Vector512<float> c1, bool accumulate)
    {
        if (accumulate)
        {
            c0 += Vector512.Load(c);
            c1 += Vector512.Load(c + VectorWidth);
        }

        c0.Store(c);
        c1.Store(c + VectorWidth);
    }
}
