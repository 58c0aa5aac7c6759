namespace SkillFactory.Grading.Maths;

/// <summary>Bounds of a real number as two doubles, widened after every operation by more than its rounding error. Disjoint intervals prove
/// two numbers different; intervals never prove them equal.</summary>
internal readonly record struct RealInterval(double Low, double High)
{
    // Library functions are off by at most a few units in the last place; this is hundreds.
    private const double Slack = 1e-13;

    public static readonly RealInterval Anything = new(double.NegativeInfinity, double.PositiveInfinity);

    public bool IsPositive => Low > 0;

    public bool IsNegative => High < 0;

    public bool ExcludesZero => IsPositive || IsNegative;

    public static RealInterval Around(double value) => Widened(value, value);

    public static RealInterval Of(Rational value)
    {
        // Shifts both parts so that they fit a double, whatever their size.
        var (n, d) = (value.Numerator, value.Denominator);
        var shift = (int)Math.Max(0, Math.Max(n.GetBitLength(), d.GetBitLength()) - 1000);
        if (shift == 0)
        {
            return Around((double)n / (double)d);
        }

        var scale = (long)n.GetBitLength() - (long)d.GetBitLength();
        return scale is > 900 or < -900
            ? (scale > 0 ? (n.Sign > 0 ? new(1e200, double.PositiveInfinity) : new(double.NegativeInfinity, -1e200)) : new(-1e-200, 1e-200))
            : Around(
                Math.ScaleB(
                    (double)(n >> (int)Math.Max(0, (long)n.GetBitLength() - 900))
                        / (double)(d >> (int)Math.Max(0, (long)d.GetBitLength() - 900)),
                    (int)(Math.Max(0, (long)n.GetBitLength() - 900) - Math.Max(0, (long)d.GetBitLength() - 900))
                )
            );
    }

    public static RealInterval operator +(RealInterval a, RealInterval b) => Widened(a.Low + b.Low, a.High + b.High);

    public static RealInterval operator *(RealInterval a, RealInterval b)
    {
        Span<double> corners = [a.Low * b.Low, a.Low * b.High, a.High * b.Low, a.High * b.High];
        var (low, high) = (corners[0], corners[0]);
        foreach (var corner in corners)
        {
            if (double.IsNaN(corner))
            {
                return Anything;
            }

            (low, high) = (Math.Min(low, corner), Math.Max(high, corner));
        }

        return Widened(low, high);
    }

    public static RealInterval operator /(RealInterval a, RealInterval b) => b.ExcludesZero ? a * Widened(1 / b.High, 1 / b.Low) : Anything;

    /// <summary>Raises a positive number to a power.</summary>
    public RealInterval Raised(RealInterval exponent)
    {
        if (!IsPositive)
        {
            return Anything;
        }

        var logarithm = Increasing(Math.Log);
        return (exponent * logarithm).Increasing(Math.Exp);
    }

    /// <summary>Applies an increasing function.</summary>
    public RealInterval Increasing(Func<double, double> function) => Widened(function(Low), function(High));

    /// <summary>Applies a function that changes by no more than its argument does, such as sine.</summary>
    public RealInterval Slow(Func<double, double> function)
    {
        if (!double.IsFinite(Low) || !double.IsFinite(High))
        {
            return Anything;
        }

        var (middle, radius) = ((Low + High) / 2, (High - Low) / 2);
        var value = function(middle);
        // Arguments far from zero lose digits when they are reduced modulo π.
        var error = radius + (Math.Abs(middle) * Slack) + Slack;
        return new(value - error, value + error);
    }

    private static RealInterval Widened(double low, double high) =>
        double.IsNaN(low) || double.IsNaN(high)
            ? Anything
            : new(low - (Math.Abs(low) * Slack) - double.Epsilon, high + (Math.Abs(high) * Slack) + double.Epsilon);
}
