using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SkillFactory.Engine.Models;

/// <summary>
/// x·Wᵀ + b by the faster of libtorch's two CPU libraries, with gradients. <c>linear</c> goes to MKL, which gives AMD processors its AVX2 code
/// whatever they can do; oneDNN, which libtorch keeps for convolutions, uses AVX-512 there and is about twice as fast
/// (docs/decisions/0004-products-by-onednn.md). A product is a convolution of one pixel.
/// </summary>
public static class LinearProduct
{
    /// <summary>Smaller products lose more to oneDNN's preparation of a call (about 20 µs) than they gain.</summary>
    private const long FewestMultiplyAdds = 2_500_000;

    /// <summary>libtorch leaves a single image of at most so many values to its own code.</summary>
    private const long LargestForeignImage = 20_480;

    /// <summary>Decided by the processor alone, never by a measurement: which code rounds is part of a device class.</summary>
    private static readonly bool PreferOneDnn = Avx512F.IsSupported && IsAmd() && TellsItsCaches();

    /// <param name="x">[..., K], contiguous.</param>
    /// <param name="weight">[N, K]</param>
    /// <param name="bias">[N] or null.</param>
    /// <returns>[..., N]</returns>
    public static Tensor Of(Tensor x, Tensor weight, Tensor? bias = null)
    {
        if (!PreferOneDnn || weight.device_type != DeviceType.CPU)
        {
            return F.linear(x, weight, bias);
        }

        var (n, k) = (weight.size(0), weight.size(1));
        var rows = x.numel() / k;
        var images = rows * k > LargestForeignImage ? 1 : 2;
        return rows * k * n < FewestMultiplyAdds || rows % images != 0
            ? F.linear(x, weight, bias)
            : OnePixel(x, weight, bias, images, rows / images, [.. x.shape.AsSpan()[..^1], n]);
    }

    /// <summary>Dilation means nothing to a kernel of one pixel, but it takes libtorch to oneDNN, forwards and backwards.</summary>
    internal static Tensor OnePixel(Tensor x, Tensor weight, Tensor? bias, long images, long height, long[] shape)
    {
        var (n, k) = (weight.size(0), weight.size(1));
        return F.conv2d(x.view(images, height, 1, k).permute(0, 3, 1, 2), weight.view(n, k, 1, 1), bias, dilation: [2L, 2L])
            .permute(0, 2, 3, 1).view(shape);
    }

    /// <summary>oneDNN cuts its work by the sizes of the caches. A virtual machine may hide them, and oneDNN 3.7 then computes wrong values in the last
    /// columns of a product, or divides by zero.</summary>
    private static bool TellsItsCaches()
    {
        const int LargestExtendedLeaf = unchecked((int)0x8000_0000), CacheProperties = unchecked((int)0x8000_001D), CacheType = 0x1F;
        return (uint)X86Base.CpuId(LargestExtendedLeaf, 0).Eax >= unchecked((uint)CacheProperties) && (X86Base.CpuId(CacheProperties, 0).Eax & CacheType) != 0;
    }

    private static bool IsAmd()
    {
        var (_, b, c, d) = X86Base.CpuId(0, 0);
        Span<int> name = [b, d, c];
        return MemoryMarshal.AsBytes(name).SequenceEqual("AuthenticAMD"u8);
    }
}
