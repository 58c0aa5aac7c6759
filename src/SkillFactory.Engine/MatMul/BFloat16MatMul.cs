using System.Runtime.Intrinsics.X86;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.MatMul;

/// <summary>
/// x·Wᵀ + b of fp32 activations and bf16 weights, with an fp32 result. On a CPU few rows go through <see cref="BFloat16Kernel"/>, which
/// keeps x in fp32. More rows are rounded to bf16 for libtorch's <c>linear</c> where the processor multiplies bf16; elsewhere the weights
/// are widened to fp32, because libtorch's bf16 matmuls are many times slower there than its fp32 ones.
/// </summary>
public static unsafe class BFloat16MatMul
{
    /// <summary>Rows up to which the kernel is the fastest.</summary>
    internal const int KernelRows = 16;

    /// <summary>Bytes of W from which another thread pays off.</summary>
    private const long BytesPerThread = 1 << 20;

    /// <summary>Whether the processor multiplies bf16 (AVX512-BF16): CPUID leaf 7, subleaf 1, bit 5 of EAX. .NET has no class for
    /// it.</summary>
    public static bool ProcessorMultiplies { get; } =
        X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && X86Base.CpuId(7, 0).Eax >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;

    /// <summary>Multiplies without gradients.</summary>
    /// <param name="x">[M, K] fp32.</param>
    /// <param name="weight">[N, K] bf16, contiguous.</param>
    /// <param name="bias">[N] fp32, or null.</param>
    /// <returns>[M, N] fp32</returns>
    public static Tensor Forward(Tensor x, Tensor weight, Tensor? bias)
    {
        var y =
            x.device_type == DeviceType.CPU && x.size(0) <= KernelRows ? FewRows(x.contiguous(), weight)
            : MultipliesOn(x) ? nn.functional.linear(x.to(ScalarType.BFloat16), weight).to(ScalarType.Float32)
            : LinearMatMul.Apply(x, weight.to(ScalarType.Float32));
        return bias is null ? y : y.PlusInPlace(bias);
    }

    /// <summary>Multiplies and lets gradients flow to x and the bias. The gradient of the weight is added to an fp32 buffer, because
    /// libtorch would keep it in bf16, where small contributions of later micro-batches are lost.</summary>
    /// <param name="x">[M, K] fp32; it requires a gradient.</param>
    /// <param name="weight">[N, K] bf16, contiguous, without a gradient of its own.</param>
    /// <param name="bias">[N] fp32, or null.</param>
    /// <param name="weightGradient">[N, K] fp32: receives the sum of the gradients.</param>
    /// <returns>[M, N] fp32</returns>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias, Tensor weightGradient)
    {
        var y = MatMulFunction.apply(x, weight, weightGradient);
        return bias is null ? y : y.Plus(bias);
    }

    private static bool MultipliesOn(Tensor x) => x.device_type != DeviceType.CPU || ProcessorMultiplies;

    private static Tensor FewRows(Tensor x, Tensor weight)
    {
        var (m, k, n) = ((int)x.size(0), (int)x.size(1), weight.size(0));
        var y = empty([m, n], ScalarType.Float32);
        var length = BFloat16Kernel.SplitLength(k);
        var split = System.Buffers.ArrayPool<float>.Shared.Rent(Math.Max(1, m * length));
        try
        {
            var rows = (float*)HostMemory.Of(x);
            for (var i = 0; i < m; i++)
            {
                BFloat16Kernel.Split(new ReadOnlySpan<float>(rows + ((nint)i * k), k), split.AsSpan(i * length, length));
            }

            fixed (float* sorted = split)
            {
                var (from, at, w, to) = ((nint)rows, (nint)sorted, HostMemory.Of(weight), HostMemory.Of(y));
                var threads = (int)Math.Min(get_num_threads(), Math.Max(1, n * k * sizeof(ushort) / BytesPerThread));
                var share =
                    ((n + ((long)threads * BFloat16Kernel.TileColumns) - 1) / (threads * BFloat16Kernel.TileColumns))
                    * BFloat16Kernel.TileColumns;
                void Part(int t) =>
                    BFloat16Kernel.Multiply(
                        m,
                        (nint)(t * share),
                        (nint)Math.Min(n, (t + 1) * share),
                        k,
                        (float*)from,
                        (float*)at,
                        (ushort*)w,
                        (float*)to,
                        (nint)n
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
        finally
        {
            System.Buffers.ArrayPool<float>.Shared.Return(split);
        }

        return y;
    }

    private sealed class MatMulFunction : autograd.SingleTensorFunction<MatMulFunction>
    {
        private const string Gradient = "gradient";

        public override string Name => nameof(BFloat16MatMul);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (x, weight, gradient) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
            var narrow = MultipliesOn(x) ? x.to(ScalarType.BFloat16) : x;
            ctx.save_for_backward([narrow, weight]);

            // Not as a saved variable: the backward passes of other matmuls and micro-batches add to it.
            ctx.save_data(Gradient, gradient);
            return Multiply(narrow, weight.t());
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var saved = ctx.get_saved_variables();
            var (x, weight, gradient) = (saved[0], saved[1], (Tensor)ctx.get_data(Gradient));
            var narrow = grad_output.to(x.dtype);
            gradient.PlusInPlace(Multiply(narrow.t(), x));
            return [Multiply(narrow, weight), null!, null!];
        }

        /// <summary>a·b in the type of a; the result in fp32.</summary>
        private static Tensor Multiply(Tensor a, Tensor b) => a.matmul(b.to(a.dtype)).to(ScalarType.Float32);
    }
}
