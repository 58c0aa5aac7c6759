namespace SkillFactory.Grading.Maths;

/// <summary>Decides whether two forms are equal. Normal forms can prove or disprove equality; numeric bounds can disprove it. When neither
/// succeeds the comparison gives up.</summary>
internal sealed class FormComparison(Algebra algebra)
{
    /// <exception cref="UndecidedException">It cannot be decided.</exception>
    public bool AreEqual(Form a, Form b)
    {
        var difference = algebra.Add(
            algebra.Multiply(a.Numerator, b.Denominator),
            algebra.Scale(algebra.Multiply(b.Numerator, a.Denominator), -1)
        );
        return !IsNonZero(difference);
    }

    /// <summary>Whether one form is a non-zero multiple of the other.</summary>
    /// <param name="positively">Requires the factor to be positive.</param>
    public bool AreProportional(Form a, Form b, bool positively)
    {
        var (m, n) = (algebra.Multiply(a.Numerator, b.Denominator), algebra.Multiply(b.Numerator, a.Denominator));
        if (m.IsZero || n.IsZero)
        {
            return m.IsZero && n.IsZero;
        }

        // Compares cross products with the coefficients of one power of the variables; these may be sums of roots.
        var power = VariablePart(m.Terms[^1].Monomial);
        var (p, q) = (CoefficientOf(m, power), CoefficientOf(n, power));
        if (q.IsZero)
        {
            return false;
        }

        var difference = algebra.Add(algebra.Multiply(m, q), algebra.Scale(algebra.Multiply(n, p), -1));
        if (IsNonZero(difference))
        {
            return false;
        }

        return !positively || Sign(new Form(p, Polynomial.One)) == Sign(new Form(q, Polynomial.One));
    }

    /// <summary>−1 when <paramref name="a"/> is the smaller, 1 when it is the larger, 0 when they are equal.</summary>
    public int Order(Form a, Form b) => Sign(algebra.Subtract(a, b));

    /// <summary>−1, 0 or 1.</summary>
    /// <exception cref="UndecidedException">The form has no sign, or is too close to zero to tell.</exception>
    public int Sign(Form form)
    {
        if (form.Constant is { } number)
        {
            return number.Numerator.Sign;
        }

        return Evaluation.Real(form) is not { } value ? throw Undecided()
            : value.IsPositive ? 1
            : value.IsNegative ? -1
            : form.IsZero ? 0
            : throw Undecided();
    }

    private static bool IsNonZero(Polynomial difference)
    {
        if (difference.IsZero)
        {
            return false;
        }

        // Products of different roots of primes, i, one transcendental number and variables are linearly independent over the rationals
        // (Besicovitch 1940 for the roots): a polynomial with terms is not zero.
        var atoms = difference.Atoms.ToList();
        if (
            atoms.All(a => a.Kind is AtomKind.Prime or AtomKind.Imaginary or AtomKind.Variable or AtomKind.Pi or AtomKind.Euler)
            && atoms.Count(a => a.Kind is AtomKind.Pi or AtomKind.Euler) < 2
        )
        {
            return true;
        }

        return Evaluation.Of(difference) is { ExcludesZero: true } ? true : throw Undecided();
    }

    private static Monomial VariablePart(Monomial monomial) =>
        Monomial.Of(
            monomial.Factors.Where(f => f.Atom.Kind is not (AtomKind.Prime or AtomKind.Imaginary or AtomKind.Pi or AtomKind.Euler))
        );

    private static Polynomial CoefficientOf(Polynomial polynomial, Monomial power) =>
        Polynomial.Of(
            polynomial
                .Terms.Where(t => VariablePart(t.Monomial).Equals(power))
                .ToDictionary(t => Monomial.Of(t.Monomial.Factors.Where(f => power.ExponentOf(f.Atom).IsZero)), t => t.Coefficient)
        );

    private static UndecidedException Undecided() => new("whether it equals the gold answer could not be decided exactly");
}
