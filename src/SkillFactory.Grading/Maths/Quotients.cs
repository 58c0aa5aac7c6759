using System.Numerics;

namespace SkillFactory.Grading.Maths;

/// <summary>Normalises quotients of polynomials where that is cheap: it removes one-term denominators, rationalises denominators made of
/// square roots and i, and reduces quotients in one variable. Other quotients keep common factors; cross-multiplication then shows whether
/// two of them are equal.</summary>
internal static class Quotients
{
    private static readonly Rational Half = (Rational)1 / 2;

    /// <summary>Removes √p and i from a constant denominator one by one, by multiplying with the conjugate.</summary>
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

        // Moves a monomial common to all terms of the denominator to the numerator, and scales the last coefficient to 1.
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

    /// <summary>Numerator / monomial. Powers of primes and of i are inverted; roots of polynomials stay in the denominator.</summary>
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

    /// <summary>Whether an atom may have negative exponents.</summary>
    private static bool IsFree(Atom atom) =>
        atom.Kind is AtomKind.Pi or AtomKind.Euler or AtomKind.Variable or AtomKind.Power or AtomKind.Function;

    private static Monomial Inverse(Monomial monomial) => Monomial.Of(monomial.Factors.Select(f => (f.Atom, 0 - f.Exponent)));

    /// <summary>The only atom of both polynomials, when it is free and has only non-negative integer exponents; otherwise null.</summary>
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
