using System.Numerics;

namespace SkillFactory.Grading.Maths;

/// <summary>Exact arithmetic on <see cref="Form"/>s within a work budget: sums, products, quotients and integer powers.
/// <see cref="Powers"/> computes roots and other powers.</summary>
internal sealed class Algebra(WorkBudget budget)
{
    /// <summary>Largest numerator or denominator, in bits.</summary>
    public const long MaxBits = 20_000;

    public Form Add(Form a, Form b) =>
        a.Denominator.ToString() == b.Denominator.ToString()
            ? Simplify(Add(a.Numerator, b.Numerator), a.Denominator)
            : Simplify(
                Add(Multiply(a.Numerator, b.Denominator), Multiply(b.Numerator, a.Denominator)),
                Multiply(a.Denominator, b.Denominator)
            );

    public Form Subtract(Form a, Form b) => Add(a, Negate(b));

    public Form Negate(Form a) => new(Scale(a.Numerator, -1), a.Denominator);

    public Form Multiply(Form a, Form b) => Simplify(Multiply(a.Numerator, b.Numerator), Multiply(a.Denominator, b.Denominator));

    /// <exception cref="MathSyntaxException"><paramref name="b"/> is zero.</exception>
    public Form Divide(Form a, Form b) =>
        b.IsZero
            ? throw new MathSyntaxException("division by zero")
            : Simplify(Multiply(a.Numerator, b.Denominator), Multiply(a.Denominator, b.Numerator));

    /// <summary>Raises to an integer power.</summary>
    public Form Power(Form a, BigInteger exponent)
    {
        if (exponent.Sign < 0)
        {
            return Power(Divide(Form.One, a), -exponent);
        }

        if (a.Constant is { } value)
        {
            return Form.Number(Power(value, exponent));
        }

        if (exponent > 1000)
        {
            throw new LimitExceededException("a power that is too large to expand");
        }

        var result = Form.One;
        for (var left = (int)exponent; left > 0; left--)
        {
            result = Multiply(result, a);
        }

        return result;
    }

    /// <summary>Raises a number to a non-negative integer power.</summary>
    public Rational Power(Rational value, BigInteger exponent)
    {
        if (value.IsZero || value == 1 || value == -1)
        {
            return exponent.IsZero || value == 1 ? 1
                : value.IsZero ? 0
                : exponent.IsEven ? 1
                : -1;
        }

        var bits = (value.Numerator.GetBitLength() + value.Denominator.GetBitLength()) * exponent;
        if (bits > MaxBits)
        {
            throw new LimitExceededException("a power that is too large to compute");
        }

        budget.Spend((long)bits);
        return (Rational)BigInteger.Pow(value.Numerator, (int)exponent) / BigInteger.Pow(value.Denominator, (int)exponent);
    }

    public Polynomial Add(Polynomial a, Polynomial b)
    {
        var sum = new Dictionary<Monomial, Rational>();
        foreach (var (coefficient, monomial) in a.Terms.Concat(b.Terms))
        {
            Accumulate(sum, monomial, coefficient);
        }

        return Polynomial.Of(sum);
    }

    public Polynomial Scale(Polynomial a, Rational by) =>
        Polynomial.Of(a.Terms.ToDictionary(t => t.Monomial, t => Checked(t.Coefficient * by)));

    public Polynomial Multiply(Polynomial a, Polynomial b)
    {
        var sum = new Dictionary<Monomial, Rational>();
        var more = Polynomial.Zero;
        foreach (var (left, m) in a.Terms)
        {
            foreach (var (right, n) in b.Terms)
            {
                var product = Multiply(m, n, left * right, out var rest);
                if (rest.Constant == 1)
                {
                    Accumulate(sum, product.Monomial, product.Coefficient);
                }
                else
                {
                    more = Add(more, Multiply(Polynomial.Term(product.Coefficient, product.Monomial), rest));
                }
            }
        }

        return more.IsZero ? Polynomial.Of(sum) : Add(Polynomial.Of(sum), more);
    }

    /// <summary>Cancels common factors where that is cheap, and rationalises a denominator that is a sum of square roots.</summary>
    public Form Simplify(Polynomial numerator, Polynomial denominator)
    {
        if (numerator.IsZero)
        {
            return Form.Zero;
        }

        (numerator, denominator) = Quotients.Rationalise(this, numerator, denominator);
        (numerator, denominator) = Quotients.Cancel(this, numerator, denominator);
        return new Form(numerator, denominator);
    }

    /// <summary>Multiplies monomials. Integer powers of primes and of i become part of the coefficient.</summary>
    /// <param name="rest">A further factor, from roots whose product is an integer power.</param>
    private (Rational Coefficient, Monomial Monomial) Multiply(Monomial a, Monomial b, Rational coefficient, out Polynomial rest)
    {
        budget.Spend(40 + (20 * (a.Factors.Count + b.Factors.Count)) + ((a.Length + b.Length) / 8));
        rest = Polynomial.One;
        if (a.IsOne || b.IsOne)
        {
            return (Checked(coefficient), a.IsOne ? b : a);
        }

        var exponents = new Dictionary<Atom, Rational>();
        foreach (var (atom, exponent) in a.Factors.Concat(b.Factors))
        {
            exponents[atom] = exponents.GetValueOrDefault(atom) + exponent;
        }

        foreach (var atom in exponents.Keys.ToList())
        {
            var exponent = exponents[atom];
            switch (atom.Kind)
            {
                case AtomKind.Prime:
                    var whole = Floor(exponent);
                    coefficient *= whole.Sign >= 0 ? Power(atom.Number, whole) : 1 / Power(atom.Number, -whole);
                    exponents[atom] = exponent - whole;
                    break;
                case AtomKind.Imaginary:
                    var turns = (int)(((exponent.Numerator % 4) + 4) % 4);
                    coefficient = turns >= 2 ? 0 - coefficient : coefficient;
                    exponents[atom] = turns % 2;
                    break;
                case AtomKind.Root when exponent >= 1:
                    rest = Multiply(rest, atom.Base!);
                    exponents[atom] = exponent - 1;
                    break;
            }
        }

        return (Checked(coefficient), Monomial.Of(exponents.Select(e => (e.Key, e.Value))));
    }

    public static BigInteger Floor(Rational value) =>
        value.Numerator.Sign >= 0 ? value.Numerator / value.Denominator : -((-value.Numerator + value.Denominator - 1) / value.Denominator);

    private void Accumulate(Dictionary<Monomial, Rational> sum, Monomial monomial, Rational coefficient)
    {
        budget.Spend(20 + (monomial.Length / 8));
        sum[monomial] = Checked(sum.GetValueOrDefault(monomial) + coefficient);
    }

    /// <exception cref="LimitExceededException">The number is too large.</exception>
    public Rational Checked(Rational value)
    {
        var bits = value.Numerator.GetBitLength() + value.Denominator.GetBitLength();
        // Reducing a fraction takes time that grows with the square of its length.
        var words = bits / 64;
        budget.Spend(words + (words * words / 4));
        return bits <= 2 * MaxBits ? value : throw new LimitExceededException("a number that is too large to compute");
    }
}
