using System.Numerics;

namespace SkillFactory.Grading.Maths;

/// <summary>Brings quotients of polynomials into a form that depends on their value alone, where that is cheap: one-term denominators
/// disappear, denominators made of square roots and i become rational, quotients in one variable are reduced. Others keep common factors;
/// that two of them are equal is then seen by multiplying crosswise.</summary>
internal static class Quotients
{
    private static readonly Rational Half = (Rational)1 / 2;

    /// <summary>Removes √p and i from a constant denominator, one after the other, multiplying by the conjugate.</summary>
    public static (Polynomial Numerator, Polynomial Denominator) Rationalise(Algebra algebra, Polynomial numerator, Polynomial denominator)
    {
        while (denominator.Terms.Count > 1 && denominator.Terms.All(t => t.Monomial.Factors.All(IsSquareRoot)))
        {
            var atom = denominator.Atoms.Max()!;
            var flipped = Polynomial.Of(
                denominator.Terms.ToDictionary(t => t.Monomial, t => t.Monomial.ExponentOf(atom).IsZero ? t.Coefficient : 0 - t.Coefficient)
            );
            numerator = algebra.Multiply(numerator, flipped);
            denominator = algebra.Multiply(denominator, flipped);
        }

        return (numerator, denominator);
    }

    public static (Polynomial Numerator, Polynomial Denominator) Cancel(Algebra algebra, Polynomial numerator, Polynomial denominator)
    {
        if (denominator.Terms is [var (coefficient, monomial)])
        {
            return Invert(algebra, monomial, algebra.Scale(numerator, 1 / coefficient));
        }

        if (SoleVariable(numerator, denominator) is { } variable)
        {
            (numerator, denominator) = UnivariateQuotient.Reduce(algebra, variable, numerator, denominator);
            if (denominator.Terms.Count == 1)
            {
                return Cancel(algebra, numerator, denominator);
            }
        }

        // A monomial that all terms of the denominator share is moved up, and its last coefficient becomes 1.
        var shared = Monomial.Of(
            denominator
                .Atoms.Where(IsFree)
                .Select(atom => (atom, denominator.Terms.Select(t => t.Monomial.ExponentOf(atom)).Aggregate((a, b) => a <= b ? a : b)))
        );
        if (!shared.IsOne)
        {
            var up = Polynomial.Term(1, Inverse(shared));
            (numerator, denominator) = (algebra.Multiply(numerator, up), algebra.Multiply(denominator, up));
        }

        var last = denominator.Terms[^1].Coefficient;
        return (algebra.Scale(numerator, 1 / last), algebra.Scale(denominator, 1 / last));
    }

    /// <summary>Numerator / monomial. Primes and i turn into their complements; what stands under a root stays in the
    /// denominator.</summary>
    private static (Polynomial Numerator, Polynomial Denominator) Invert(Algebra algebra, Monomial monomial, Polynomial numerator)
    {
        var under = Polynomial.One;
        foreach (var (atom, exponent) in monomial.Factors)
        {
            switch (atom.Kind)
            {
                case AtomKind.Prime:
                    numerator = algebra.Scale(
                        algebra.Multiply(numerator, Polynomial.Term(1, Monomial.Of(atom, 1 - exponent))),
                        1 / (Rational)atom.Number
                    );
                    break;
                case AtomKind.Imaginary:
                    numerator = algebra.Scale(algebra.Multiply(numerator, Polynomial.Term(1, Monomial.Of(atom, 1))), -1);
                    break;
                case AtomKind.Root:
                    numerator = algebra.Multiply(numerator, Polynomial.Term(1, Monomial.Of(atom, 1 - exponent)));
                    under = algebra.Multiply(under, atom.Base!);
                    break;
                default:
                    numerator = algebra.Multiply(numerator, Polynomial.Term(1, Monomial.Of(atom, 0 - exponent)));
                    break;
            }
        }

        if (under.Constant == 1)
        {
            return (numerator, under);
        }

        var simple = algebra.Simplify(numerator, under);
        return (simple.Numerator, simple.Denominator);
    }

    private static bool IsSquareRoot((Atom Atom, Rational Exponent) factor) =>
        factor.Atom.Kind == AtomKind.Imaginary || (factor.Atom.Kind == AtomKind.Prime && factor.Exponent == Half);

    /// <summary>Atoms that may have negative exponents.</summary>
    private static bool IsFree(Atom atom) =>
        atom.Kind is AtomKind.Pi or AtomKind.Euler or AtomKind.Variable or AtomKind.Power or AtomKind.Function;

    private static Monomial Inverse(Monomial monomial) => Monomial.Of(monomial.Factors.Select(f => (f.Atom, 0 - f.Exponent)));

    /// <summary>The one atom of both when it is free and has whole, non-negative exponents only.</summary>
    private static Atom? SoleVariable(Polynomial a, Polynomial b) =>
        a.Atoms.Concat(b.Atoms).Distinct().Take(2).ToList() is [var only]
        && IsFree(only)
        && a.Terms.Concat(b.Terms)
            .All(t =>
                t.Monomial.ExponentOf(only) is var e
                && e.Denominator.IsOne
                && e.Numerator >= 0
                && e.Numerator <= UnivariateQuotient.MaxDegree
            )
            ? only
            : null;
}

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
