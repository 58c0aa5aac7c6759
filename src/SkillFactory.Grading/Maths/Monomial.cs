namespace SkillFactory.Grading.Maths;

/// <summary>A product of atoms with non-zero rational exponents. Two monomials are equal exactly when their keys are.</summary>
internal sealed class Monomial : IEquatable<Monomial>, IComparable<Monomial>
{
    public static readonly Monomial One = new([]);

    private readonly string _key;

    private Monomial(IReadOnlyList<(Atom Atom, Rational Exponent)> factors)
    {
        Factors = factors;
        _key = string.Join('*', factors.Select(f => f.Exponent == 1 ? f.Atom.Key : $"{f.Atom.Key}^({f.Exponent})"));
    }

    /// <summary>The factors, sorted by the keys of their atoms.</summary>
    public IReadOnlyList<(Atom Atom, Rational Exponent)> Factors { get; }

    /// <summary>Length of the text, which long atoms make expensive to compare.</summary>
    public int Length => _key.Length;

    public bool IsOne => Factors.Count == 0;

    /// <param name="factors">Each atom at most once. Factors with exponent 0 are dropped.</param>
    public static Monomial Of(IEnumerable<(Atom Atom, Rational Exponent)> factors)
    {
        var kept = factors.Where(f => !f.Exponent.IsZero).OrderBy(f => f.Atom).ToList();
        return kept.Count == 0 ? One : new Monomial(kept);
    }

    public static Monomial Of(Atom atom, Rational exponent) => Of([(atom, exponent)]);

    /// <summary>The exponent of an atom; 0 when it does not occur.</summary>
    public Rational ExponentOf(Atom atom) => Factors.FirstOrDefault(f => f.Atom.Equals(atom)).Exponent;

    /// <summary>The monomial without one of its atoms.</summary>
    public Monomial Without(Atom atom) => Of(Factors.Where(f => !f.Atom.Equals(atom)));

    public bool Equals(Monomial? other) => other is not null && other._key == _key;

    public override bool Equals(object? obj) => Equals(obj as Monomial);

    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);

    public int CompareTo(Monomial? other) => string.CompareOrdinal(_key, other?._key);

    public override string ToString() => _key.Length == 0 ? "1" : _key;
}
