namespace SkillFactory.Grading.Maths;

/// <summary>A sum of monomials with rational coefficients, none of them 0. Equal exactly when their texts are. Over independent atoms this
/// is a
/// normal form: it is zero exactly when it has no terms.</summary>
internal sealed class Polynomial
{
    public static readonly Polynomial Zero = new([]);
    public static readonly Polynomial One = Term(1, Monomial.One);

    private string? _text;

    private Polynomial(IReadOnlyList<(Rational Coefficient, Monomial Monomial)> terms) => Terms = terms;

    /// <summary>In the order of the monomials.</summary>
    public IReadOnlyList<(Rational Coefficient, Monomial Monomial)> Terms { get; }

    public bool IsZero => Terms.Count == 0;

    /// <summary>The value when it is a rational number, or null.</summary>
    public Rational? Constant =>
        Terms.Count == 0 ? (Rational)0
        : Terms is [var (value, monomial)] && monomial.IsOne ? value
        : null;

    public IEnumerable<Atom> Atoms => Terms.SelectMany(t => t.Monomial.Factors).Select(f => f.Atom).Distinct();

    public static Polynomial Term(Rational coefficient, Monomial monomial) => coefficient.IsZero ? Zero : new([(coefficient, monomial)]);

    public static Polynomial Number(Rational value) => Term(value, Monomial.One);

    /// <param name="terms">Coefficients by monomial; zeros are dropped.</param>
    public static Polynomial Of(IReadOnlyDictionary<Monomial, Rational> terms)
    {
        var kept = terms.Where(t => !t.Value.IsZero).OrderBy(t => t.Key).Select(t => (t.Value, t.Key)).ToList();
        return kept.Count == 0 ? Zero : new Polynomial(kept);
    }

    public override string ToString() =>
        _text ??=
            Terms.Count == 0
                ? "0"
                : string.Join(
                    " + ",
                    Terms.Select(t =>
                        t.Monomial.IsOne ? t.Coefficient.ToString()
                        : t.Coefficient == 1 ? t.Monomial.ToString()
                        : $"{t.Coefficient}*{t.Monomial}"
                    )
                );
}

/// <summary>A quotient of polynomials.</summary>
/// <param name="Numerator">Zero exactly when the whole is.</param>
/// <param name="Denominator">Not zero; 1 wherever it can be.</param>
internal sealed record Form(Polynomial Numerator, Polynomial Denominator)
{
    public static readonly Form Zero = Number(0);
    public static readonly Form One = Number(1);

    public bool IsZero => Numerator.IsZero;

    /// <summary>The value when it is a rational number, or null.</summary>
    public Rational? Constant => Numerator.Constant is { } n && Denominator.Constant is { } d ? n / d : null;

    public bool IsPolynomial => Denominator.Constant == 1;

    public IEnumerable<Atom> Atoms => Numerator.Atoms.Concat(Denominator.Atoms).Distinct();

    public static Form Number(Rational value) => new(Polynomial.Number(value), Polynomial.One);

    public static Form Of(Atom atom) => new(Polynomial.Term(1, Monomial.Of(atom, 1)), Polynomial.One);

    public override string ToString() => IsPolynomial ? Numerator.ToString() : $"({Numerator})/({Denominator})";
}
