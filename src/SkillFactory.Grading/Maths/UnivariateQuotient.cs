using System.Numerics;

namespace SkillFactory.Grading.Maths;

/// <summary>Quotients of polynomials in one variable over the rationals.</summary>
internal static class UnivariateQuotient
{
    public const int MaxDegree = 64;

    /// <summary>Divides both by their greatest common divisor.</summary>
    public static (Polynomial Numerator, Polynomial Denominator) Reduce(
        Algebra algebra,
        Atom variable,
        Polynomial numerator,
        Polynomial denominator
    )
    {
        var (a, b) = (numerator, denominator);
        while (!b.IsZero)
        {
            (a, b) = (b, DivideBy(algebra, variable, a, b).Remainder);
            b = b.IsZero ? b : algebra.Scale(b, 1 / Leading(variable, b).Coefficient);
        }

        return Leading(variable, a).Degree == 0
            ? (numerator, denominator)
            : (DivideBy(algebra, variable, numerator, a).Quotient, DivideBy(algebra, variable, denominator, a).Quotient);
    }

    private static (Polynomial Quotient, Polynomial Remainder) DivideBy(Algebra algebra, Atom variable, Polynomial a, Polynomial b)
    {
        var (degree, leading) = Leading(variable, b);
        var quotient = Polynomial.Zero;
        while (!a.IsZero && Leading(variable, a) is var (top, coefficient) && top >= degree)
        {
            var step = Polynomial.Term(coefficient / leading, Monomial.Of(variable, (Rational)(BigInteger)(top - degree)));
            quotient = algebra.Add(quotient, step);
            a = algebra.Add(a, algebra.Scale(algebra.Multiply(step, b), -1));
        }

        return (quotient, a);
    }

    private static (int Degree, Rational Coefficient) Leading(Atom variable, Polynomial polynomial) =>
        polynomial.Terms.Select(t => (Degree: (int)t.Monomial.ExponentOf(variable).Numerator, t.Coefficient)).MaxBy(t => t.Degree);
}
