namespace SkillFactory.Grading.Maths;

/// <summary>A quotient of polynomials.</summary>
/// <param name="Numerator">Zero exactly when the quotient is.</param>
/// <param name="Denominator">Not zero; 1 whenever possible.</param>
internal sealed record Form(Polynomial Numerator, Polynomial Denominator)
{
    public static readonly Form Zero = Number(0);
    public static readonly Form One = Number(1);

    public bool IsZero => Numerator.IsZero;

    /// <summary>The value when the quotient is a rational number; otherwise null.</summary>
    public Rational? Constant => Numerator.Constant is { } n && Denominator.Constant is { } d ? n / d : null;

    public bool IsPolynomial => Denominator.Constant == 1;

    public IEnumerable<Atom> Atoms => Numerator.Atoms.Concat(Denominator.Atoms).Distinct();

    /// <summary>The letters, also those inside roots, powers and functions.</summary>
    public IEnumerable<Atom> Variables => Atoms.SelectMany(a => a.Variables).Distinct();

    public static Form Number(Rational value) => new(Polynomial.Number(value), Polynomial.One);

    public static Form Of(Atom atom) => new(Polynomial.Term(1, Monomial.Of(atom, 1)), Polynomial.One);

    public bool Contains(Atom variable) => Variables.Contains(variable);

    public override string ToString() => IsPolynomial ? Numerator.ToString() : $"({Numerator})/({Denominator})";
}
