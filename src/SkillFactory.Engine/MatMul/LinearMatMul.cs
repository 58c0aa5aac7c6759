using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SkillFactory.Engine.MatMul;

/// <summary>
/// x·Wᵀ + b with gradients: by <see cref="MatMulKernel"/> on CPUs with AVX-512, by libtorch's <c>linear</c> everywhere else
/// (docs/decisions/0004-a-kernel-for-products.md). On a CPU, bf16 weights without gradients are multiplied by
/// <see cref="BFloat16MatMul"/>, which keeps the activations in fp32.
/// </summary>
public static class LinearMatMul
{
    /// <param name="x">[..., K]</param>
    /// <param name="weight">[N, K], in the work type. Where libtorch multiplies, <paramref name="x"/> is rounded to it.</param>
    /// <param name="bias">[N] in the work type, or null.</param>
    /// <returns>[..., N], in the type of <paramref name="x"/>.</returns>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias = null)
    {
        var (n, k) = (weight.size(0), weight.size(1));
        var rows = x.numel() / k;
        if (weight.dtype != x.dtype)
        {
            return is_grad_enabled() || x.device_type != DeviceType.CPU
                ? F.linear(x.to(weight.dtype), weight, bias).to(x.dtype)
                : BFloat16MatMul.Forward(x.reshape(rows, k).contiguous(), weight, bias).view([.. x.shape.AsSpan()[..^1], n]);
        }

        if (!UsesKernel(x, rows, n, k))
        {
            return F.linear(x, weight, bias);
        }

        var flat = x.dim() == 2 ? x : x.reshape(rows, k);
        var y = is_grad_enabled() ? MatMulFunction.apply(flat, weight, bias!) : HostMatMul.Forward(flat.contiguous(), weight, bias);
        return x.dim() == 2 ? y : y.view([.. x.shape.AsSpan()[..^1], n]);
    }

    /// <summary>Whether the kernel computes this matmul. Only the processor and the size limit of a span, 2 GiB, decide, never a
    /// measurement or the number of rows, because the two implementations round differently and a row must have the same bits alone as
    /// among others.</summary>
    private static bool UsesKernel(Tensor x, long rows, long n, long k) =>
        MatMulKernel.IsSupported
        && x.device_type == DeviceType.CPU
        && x.dtype == ScalarType.Float32
        && Math.Max(rows * Math.Max(n, k), n * k) <= int.MaxValue / sizeof(float);

    private sealed class MatMulFunction : autograd.SingleTensorFunction<MatMulFunction>
    {
        private const string HasBias = "bias";

        public override string Name => nameof(LinearMatMul);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (x, weight, bias) = (((Tensor)vars[0]).contiguous(), (Tensor)vars[1], vars[2] as Tensor);
            ctx.save_for_backward([x, weight]);
            ctx.save_data(HasBias, bias is not null);
            return HostMatMul.Forward(x, weight, bias);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var saved = ctx.get_saved_variables();
            var gradient = grad_output.contiguous();
            return
            [
                HostMatMul.InputGradient(gradient, saved[1]),
                HostMatMul.WeightGradient(gradient, saved[0]),
                ctx.get_data(HasBias) is true ? gradient.sum([0L]) : null!,
            ];
        }
    }
}
