namespace SkillFactory.Grading.Maths;

/// <summary>Bounds of a complex number.</summary>
/// <param name="Imaginary">Null for a number that is known to be real.</param>
internal readonly record struct ComplexInterval(RealInterval Real, RealInterval? Imaginary = null)
{
    private static readonly RealInterval Zero = RealInterval.Around(0);

    /// <summary>Whether the bounds prove that the number is not zero.</summary>
    public bool ExcludesZero => Real.ExcludesZero || Imaginary is { ExcludesZero: true };

    public static ComplexInterval operator +(ComplexInterval a, ComplexInterval b) =>
        new(
            a.Real + b.Real,
            a.Imaginary is null ? b.Imaginary
                : b.Imaginary is null ? a.Imaginary
                : a.Imaginary + b.Imaginary
        );

    public static ComplexInterval operator *(ComplexInterval a, ComplexInterval b)
    {
        if (a.Imaginary is null && b.Imaginary is null)
        {
            return new(a.Real * b.Real);
        }

        var (x, y) = (a.Imaginary ?? Zero, b.Imaginary ?? Zero);
        return new((a.Real * b.Real) + (RealInterval.Around(-1) * x * y), (a.Real * y) + (x * b.Real));
    }

    /// <summary>The number times i.</summary>
    public ComplexInterval Turned() => new(RealInterval.Around(-1) * (Imaginary ?? Zero), Real);

    /// <summary>base^(u + iv) = base^u · (cos(v·ln base) + i·sin(v·ln base)) for a positive real base.</summary>
    public static ComplexInterval Power(RealInterval positive, ComplexInterval exponent)
    {
        var size = positive.Raised(exponent.Real);
        if (exponent.Imaginary is not { } turns)
        {
            return new(size);
        }

        var angle = turns * positive.Increasing(Math.Log);
        return new(size * angle.Slow(Math.Cos), size * angle.Slow(Math.Sin));
    }
}
