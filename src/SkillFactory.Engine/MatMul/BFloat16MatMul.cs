using System.Buffers;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.MatMul;

/// <summary>x·Wᵀ + b of fp32 activations and bf16 weights on a CPU, without gradients, on the number of math threads that is set for
/// libtorch. Neither the number of threads nor other rows change the result of a row.</summary>
internal static unsafe class BFloat16MatMul
{
    /// <summary>Rows that are multiplied while W is read once. More would not fit the second-level cache.</summary>
    private const int RowsPerPass = 16;

    /// <summary>Bytes of W from which another thread pays off.</summary>
    private const long BytesPerThread = 1 << 20;

    /// <param name="x">[M, K] fp32, contiguous.</param>
    /// <param name="weight">[N, K] bf16, contiguous, of any size.</param>
    /// <param name="bias">[N] bf16 or fp32, or null.</param>
    /// <returns>[M, N] fp32</returns>
    public static Tensor Forward(Tensor x, Tensor weight, Tensor? bias)
    {
        var (m, k, n) = (x.size(0), (int)x.size(1), (nint)weight.size(0));
        var y = empty([m, n], ScalarType.Float32);
        var split = ArrayPool<float>.Shared.Rent(Math.Max(1, RowsPerPass * BFloat16Kernel.SplitLength(k)));
        try
        {
            var w = HostMemory.Of(weight);
            for (long first = 0; first < m; first += RowsPerPass)
            {
                var (from, to) = (
                    HostMemory.Of(x) + (nint)(first * k * sizeof(float)),
                    HostMemory.Of(y) + (nint)(first * n * sizeof(float))
                );
                Multiply((int)Math.Min(RowsPerPass, m - first), k, n, (float*)from, (ushort*)w, (float*)to, split);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(split);
        }

        return bias is null ? y : y.PlusInPlace(bias);
    }

    private static void Multiply(int rows, int inner, nint columns, float* x, ushort* weight, float* y, float[] buffer)
    {
        var length = BFloat16Kernel.SplitLength(inner);
        for (var i = 0; i < rows; i++)
        {
            BFloat16Kernel.Split(new ReadOnlySpan<float>(x + ((nint)i * inner), inner), buffer.AsSpan(i * length, length));
        }

        var threads = (int)Math.Min(get_num_threads(), Math.Max(1, columns * (long)inner * sizeof(ushort) / BytesPerThread));
        var tiles = (columns + BFloat16Kernel.TileColumns - 1) / BFloat16Kernel.TileColumns;
        var share = (tiles + threads - 1) / threads * BFloat16Kernel.TileColumns;
        fixed (float* split = buffer)
        {
            var (from, sorted, w, to) = ((nint)x, (nint)split, (nint)weight, (nint)y);
            void Part(int t) =>
                BFloat16Kernel.Multiply(
                    rows,
                    t * share,
                    Math.Min(columns, (t + 1) * share),
                    inner,
                    (float*)from,
                    (float*)sorted,
                    (ushort*)w,
                    (float*)to,
                    columns
                );
            if (threads == 1)
            {
                Part(0);
            }
            else
            {
                Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, Part);
            }
        }
    }
}
