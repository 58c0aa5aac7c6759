using System.Numerics;

namespace SkillFactory.Grading.Maths;

/// <summary>An irreducible factor. Two atoms are equal exactly when their keys are.</summary>
/// <param name="kind">The kind of atom.</param>
/// <param name="key">Canonical text, unique among all atoms.</param>
internal sealed class Atom(AtomKind kind, string key) : IEquatable<Atom>, IComparable<Atom>
{
    public static readonly Atom Imaginary = new(AtomKind.Imaginary, "i");
    public static readonly Atom Pi = new(AtomKind.Pi, "pi");
    public static readonly Atom Euler = new(AtomKind.Euler, "e");

    public AtomKind Kind => kind;

    public string Key => key;

    /// <summary>Prime: the number.</summary>
    public BigInteger Number { get; private init; }

    /// <summary>Root: the radicand. Power: the base.</summary>
    public Polynomial? Base { get; private init; }

    /// <summary>Power: the exponent. Function: its arguments.</summary>
    public IReadOnlyList<Form> Arguments { get; private init; } = [];

    /// <summary>Function: its name.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The letters in it.</summary>
    public IEnumerable<Atom> Variables =>
        kind == AtomKind.Variable
            ? [this]
            : (Base?.Atoms ?? []).SelectMany(a => a.Variables).Concat(Arguments.SelectMany(a => a.Variables));

    public static Atom Prime(BigInteger number) => new(AtomKind.Prime, number.ToString()) { Number = number };

    public static Atom Variable(string name) => new(AtomKind.Variable, name);

    public static Atom Root(Polynomial of) => new(AtomKind.Root, $"[{of}]") { Base = of };

    public static Atom Power(Polynomial of, Monomial exponent) =>
        new(AtomKind.Power, $"[{of}]^[{exponent}]") { Base = of, Arguments = [new Form(Polynomial.Term(1, exponent), Polynomial.One)] };

    public static Atom Function(string name, params IReadOnlyList<Form> arguments) =>
        new(AtomKind.Function, $"{name}[{string.Join(", ", arguments)}]") { Name = name, Arguments = arguments };

    public bool Equals(Atom? other) => other is not null && other.Key == key;

    public override bool Equals(object? obj) => Equals(obj as Atom);

    public override int GetHashCode() => key.GetHashCode(StringComparison.Ordinal);

    public int CompareTo(Atom? other) => string.CompareOrdinal(key, other?.Key);

    public override string ToString() => key;
}
