namespace SkillFactory.Grading.Maths;

/// <summary>A sum of monomials with non-zero rational coefficients. Two polynomials are equal exactly when their texts are. Over
/// independent atoms this is a normal form: the polynomial is zero exactly when it has no terms.</summary>
internal sealed class Polynomial
{
    public static readonly Polynomial Zero = new([]);
    public static readonly Polynomial One = Term(1, Monomial.One);

    private string? _text;

    private Polynomial(IReadOnlyList<(Rational Coefficient, Monomial Monomial)> terms) => Terms = terms;

    /// <summary>The terms, sorted by monomial.</summary>
    public IReadOnlyList<(Rational Coefficient, Monomial Monomial)> Terms { get; }

    public bool IsZero => Terms.Count == 0;

    /// <summary>The value when the polynomial is a rational number; otherwise null.</summary>
    public Rational? Constant =>
        Terms.Count == 0 ? (Rational)0
        : Terms is [var (value, monomial)] && monomial.IsOne ? value
        : null;

    public IEnumerable<Atom> Atoms => Terms.SelectMany(t => t.Monomial.Factors).Select(f => f.Atom).Distinct();

    public static Polynomial Term(Rational coefficient, Monomial monomial) => coefficient.IsZero ? Zero : new([(coefficient, monomial)]);

    public static Polynomial Number(Rational value) => Term(value, Monomial.One);

    /// <param name="terms">Coefficients by monomial. Zeros are dropped.</param>
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
