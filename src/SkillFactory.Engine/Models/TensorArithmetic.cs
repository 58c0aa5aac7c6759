using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Models;

/// <summary>
/// Arithmetic with numbers. TorchSharp wraps a number in a <see cref="Scalar"/>, gives libtorch that object's bare address and lets go of the object: a
/// garbage collection meanwhile finalises it, and libtorch reads freed memory. It then fails ("Expected false to be true", Scalar.h) or, worse, goes on with
/// another number. Sums of two tensors are affected too, by the factor 1 that they imply (differences imply none). Here every scalar lives until the operation is over, and is
/// freed at once; what would make one unseen is banned in this project (BannedSymbols.txt).
/// </summary>
internal static class TensorArithmetic
{
    /// <summary>Never collected.</summary>
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

    /// <summary>a within [low, high].</summary>
    public static Tensor Within(this Tensor a, double low, double high)
    {
        using Scalar least = low.ToScalar(),
            most = high.ToScalar();
        return a.clamp(least, most);
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
