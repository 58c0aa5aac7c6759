using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Models;

/// <summary>
/// Tensor arithmetic with numbers that is safe from garbage collection. TorchSharp wraps a number in a <see cref="Scalar"/> and passes only
/// its address to libtorch. A garbage collection during the call can finalise the object, and libtorch reads freed memory: it fails
/// ("Expected false to be true", Scalar.h) or computes with another number. The sum of two tensors is affected too, because it implies
/// the factor 1. The methods here keep each scalar alive until the operation is over. TorchSharp methods that create scalars implicitly
/// are banned in this project (BannedSymbols.txt).
/// </summary>
internal static class TensorArithmetic
{
    private static readonly Scalar One = 1.ToScalar();
    private static readonly Scalar Two = 2.ToScalar();

    /// <summary>a².</summary>
    public static Tensor Squared(this Tensor a) => a.pow(Two);

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a += b.</summary>
    public static Tensor PlusInPlace(this Tensor a, Tensor b) => a.add_(b, One);

    /// <summary>a += factor · b.</summary>
    public static Tensor PlusInPlace(this Tensor a, Tensor b, double factor)
    {
        using var scalar = factor.ToScalar();
        return a.add_(b, scalar);
    }

    /// <summary>a += number.</summary>
    public static Tensor PlusInPlace(this Tensor a, double number)
    {
        using var scalar = number.ToScalar();
        return a.add_(scalar, One);
    }

    /// <summary>a − number.</summary>
    public static Tensor Minus(this Tensor a, double number)
    {
        using var scalar = number.ToScalar();
        return a.sub(scalar);
    }

    /// <summary>factor · a.</summary>
    public static Tensor Times(this Tensor a, double factor)
    {
        using var scalar = factor.ToScalar();
        return a.mul(scalar);
    }

    /// <summary>a *= factor.</summary>
    public static Tensor TimesInPlace(this Tensor a, double factor)
    {
        using var scalar = factor.ToScalar();
        return a.mul_(scalar);
    }

    /// <summary>a / divisor.</summary>
    public static Tensor Over(this Tensor a, double divisor)
    {
        using var scalar = divisor.ToScalar();
        return a.div(scalar);
    }

    /// <summary>a += factor · b · c.</summary>
    public static Tensor PlusProductInPlace(this Tensor a, Tensor b, Tensor c, double factor)
    {
        using var scalar = factor.ToScalar();
        return a.addcmul_(b, c, scalar);
    }

    /// <summary>a += factor · b / c.</summary>
    public static Tensor PlusQuotientInPlace(this Tensor a, Tensor b, Tensor c, double factor)
    {
        using var scalar = factor.ToScalar();
        return a.addcdiv_(b, c, scalar);
    }

    /// <summary>a clamped to [low, high].</summary>
    public static Tensor Clamped(this Tensor a, double low, double high)
    {
        using Scalar min = low.ToScalar(),
            max = high.ToScalar();
        return a.clamp(min, max);
    }

    /// <summary>a &lt; number, element by element.</summary>
    public static Tensor Below(this Tensor a, double number)
    {
        using var scalar = number.ToScalar();
        return a.lt(scalar);
    }

    /// <summary>a &gt; number, element by element.</summary>
    public static Tensor Above(this Tensor a, double number)
    {
        using var scalar = number.ToScalar();
        return a.gt(scalar);
    }
}
