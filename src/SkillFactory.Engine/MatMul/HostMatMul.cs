using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.MatMul;

/// <summary>Matmuls of CPU tensors with <see cref="MatMulKernel"/>, on the number of math threads that is set for libtorch. The number
/// of threads does not change the result.</summary>
internal static unsafe class HostMatMul
{
    /// <summary>Multiply-adds from which another thread pays off.</summary>
    private const long WorkPerThread = 2_000_000;

    /// <summary>y = x·Wᵀ + b. All tensors must be contiguous.</summary>
    /// <param name="x">[M, K]</param>
    /// <param name="weight">[N, K]</param>
    /// <param name="bias">[N] or null.</param>
    /// <returns>[M, N]</returns>
    public static Tensor Forward(Tensor x, Tensor weight, Tensor? bias)
    {
        var (m, k, n) = ((int)x.size(0), (int)x.size(1), (int)weight.size(0));
        var y = empty([m, n], ScalarType.Float32);
        if (bias is not null)
        {
            var from = Floats(bias);
            var to = Floats(y);
            for (var i = 0; i < m; i++)
            {
                from.CopyTo(to.Slice(i * n, n));
            }
        }

        Multiply(m, n, k, Pointer(x), k, 1, Pointer(weight), 1, k, Pointer(y), bias is not null);
        return y;
    }

    /// <summary>The gradient of x: g·W.</summary>
    /// <param name="gradient">[M, N]</param>
    /// <param name="weight">[N, K]</param>
    /// <returns>[M, K]</returns>
    public static Tensor InputGradient(Tensor gradient, Tensor weight)
    {
        var (m, n, k) = ((int)gradient.size(0), (int)gradient.size(1), (int)weight.size(1));
        var result = empty([m, k], ScalarType.Float32);
        Multiply(m, k, n, Pointer(gradient), n, 1, Pointer(weight), k, 1, Pointer(result), accumulate: false);
        return result;
    }

    /// <summary>The gradient of W: gᵀ·x.</summary>
    /// <param name="gradient">[M, N]</param>
    /// <param name="x">[M, K]</param>
    /// <returns>[N, K]</returns>
    public static Tensor WeightGradient(Tensor gradient, Tensor x)
    {
        var (m, n, k) = ((int)gradient.size(0), (int)gradient.size(1), (int)x.size(1));
        var result = empty([n, k], ScalarType.Float32);
        Multiply(n, k, m, Pointer(gradient), 1, n, Pointer(x), k, 1, Pointer(result), accumulate: false);
        return result;
    }

    private static void Multiply(
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
        bool accumulate
    )
    {
        var threads = (int)Math.Min(get_num_threads(), Math.Max(1, (long)rows * columns * inner / WorkPerThread));
        if (threads == 1)
        {
            MatMulKernel.Multiply(rows, columns, inner, a, aRow, aInner, b, bInner, bColumn, c, columns, accumulate);
            return;
        }

        // Splitting by columns packs no panel twice, but needs enough columns.
        var byColumns = columns >= 2 * threads * MatMulKernel.PanelWidth;
        var (size, unit) = byColumns ? (columns, MatMulKernel.PanelWidth) : (rows, MatMulKernel.TileHeight);
        var share = ((size + (threads * unit) - 1) / (threads * unit)) * unit;
        var (at, from, to) = ((nint)a, (nint)b, (nint)c);
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, t =>
        {
            var (first, count) = (t * share, Math.Min(share, size - (t * share)));
            if (count <= 0)
            {
                return;
            }

            var part = (float*)at;
            var source = (float*)from;
            var target = (float*)to;
            if (byColumns)
            {
                MatMulKernel.Multiply(
                    rows,
                    count,
                    inner,
                    part,
                    aRow,
                    aInner,
                    source + (first * bColumn),
                    bInner,
                    bColumn,
                    target + first,
                    columns,
                    accumulate
                );
            }
            else
            {
                MatMulKernel.Multiply(
                    count,
                    columns,
                    inner,
                    part + (first * aRow),
                    aRow,
                    aInner,
                    source,
                    bInner,
                    bColumn,
                    target + ((nint)first * columns),
                    columns,
                    accumulate
                );
            }
        });
    }

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    /// <summary>The pointer stays valid, because libtorch does not move memory.</summary>
    private static float* Pointer(Tensor tensor)
    {
        fixed (byte* first = tensor.bytes)
        {
            return (float*)first;
        }
    }
}
