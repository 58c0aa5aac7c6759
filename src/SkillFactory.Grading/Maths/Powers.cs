using System.Numerics;

namespace SkillFactory.Grading.Maths;

/// <summary>Roots, rational powers and powers with variables in the exponent. Even roots of variables assume non-negative values, so that
/// √x·√x = x; but √(x²) is |x|.</summary>
internal sealed class Powers(Algebra algebra, Factoring factoring)
{
    private static readonly Monomial ImaginaryPi = Monomial.Of([(Atom.Imaginary, 1), (Atom.Pi, 1)]);

    public Form Raise(Form of, Form exponent)
    {
        if (exponent.Constant is { } number)
        {
            return Raise(of, number);
        }

        if (!exponent.IsPolynomial || of.IsZero)
        {
            return Form.Of(Atom.Function("pow", of, exponent));
        }

        var result = Form.One;
        foreach (var (coefficient, monomial) in exponent.Numerator.Terms)
        {
            var power =
                monomial.IsOne ? Raise(of, coefficient)
                : IsEuler(of) && monomial.Equals(ImaginaryPi) && Turned(coefficient) is { } turned ? turned
                : RaiseTo(of, coefficient, monomial);
            result = algebra.Multiply(result, power);
        }

        return result;
    }

    public Form Raise(Form of, Rational exponent)
    {
        if (exponent.Denominator.IsOne)
        {
            return of.IsZero && exponent.Numerator.Sign <= 0
                ? throw new MathSyntaxException("0 to a power that is not positive")
                : Whole(of, exponent.Numerator);
        }

        if (exponent < 0)
        {
            return algebra.Divide(Form.One, Raise(of, 0 - exponent));
        }

        return of.IsZero ? of : algebra.Divide(Raise(of.Numerator, exponent), Raise(of.Denominator, exponent));
    }

    /// <summary>e^(iπ·turns) = cos(π·turns) + i·sin(π·turns), where these are sums of square roots; otherwise null.</summary>
    private Form? Turned(Rational turns)
    {
        var angle = new Form(Polynomial.Term(turns, Monomial.Of(Atom.Pi, 1)), Polynomial.One);
        return Trigonometry.Of(algebra, this, "cos", angle) is { } real && Trigonometry.Of(algebra, this, "sin", angle) is { } imaginary
            ? algebra.Add(real, algebra.Multiply(Form.Of(Atom.Imaginary), imaginary))
            : null;
    }

    private static bool IsEuler(Form form) =>
        form.IsPolynomial && form.Numerator.Terms is [var (factor, monomial)] && factor == 1 && monomial.Equals(Monomial.Of(Atom.Euler, 1));

    /// <summary>An integer power. A power of a single term is computed directly, however large the exponents become.</summary>
    private Form Whole(Form of, BigInteger exponent)
    {
        if (
            of is { IsPolynomial: true, Numerator.Terms: [var (coefficient, monomial)] }
            && monomial.Factors.All(f => f.Atom.Kind is AtomKind.Pi or AtomKind.Euler or AtomKind.Variable or AtomKind.Power)
        )
        {
            var number = exponent.Sign >= 0 ? algebra.Power(coefficient, exponent) : 1 / algebra.Power(coefficient, -exponent);
            return new Form(
                Polynomial.Term(number, Monomial.Of(monomial.Factors.Select(f => (f.Atom, f.Exponent * exponent)))),
                Polynomial.One
            );
        }

        return algebra.Power(of, exponent);
    }

    private Form Raise(Polynomial of, Rational exponent)
    {
        if (of.Constant is { } number)
        {
            return Raise(number, exponent);
        }

        if (of.Terms is [var (coefficient, monomial)] && TryRaise(monomial, exponent) is { } raised)
        {
            return algebra.Multiply(Raise(coefficient, exponent), raised);
        }

        if (exponent == (Rational)1 / 2 && Denested(of) is { } plain)
        {
            return plain;
        }

        // √(4 + 8√3) = 2·√(1 + 2√3): the content is factored out, so that all multiples have the same radicand.
        var content = Content(of);
        var root = Atom.Root(algebra.Scale(of, 1 / content));
        var whole = Algebra.Floor(exponent);
        var fraction = new Form(Polynomial.Term(1, Monomial.Of(root, exponent - whole)), Polynomial.One);
        return algebra.Multiply(
            Raise(content, exponent),
            whole.IsZero ? fraction : algebra.Multiply(fraction, algebra.Power(new Form(root.Base!, Polynomial.One), whole))
        );
    }

    /// <summary>Raises a rational number; primes remain under roots.</summary>
    private Form Raise(Rational number, Rational exponent)
    {
        if (number < 0)
        {
            var positive = Raise(0 - number, exponent);
            return !exponent.Denominator.IsEven ? (exponent.Numerator.IsEven ? positive : algebra.Negate(positive))
                : exponent.Denominator == 2 ? algebra.Multiply(positive, algebra.Power(Form.Of(Atom.Imaginary), exponent.Numerator))
                : Form.Of(Atom.Function($"root{exponent.Denominator}", Form.Number(number)));
        }

        var result = Form.One;
        foreach (var (factor, times) in factoring.Of(number))
        {
            var power = times * exponent;
            var whole = Algebra.Floor(power);
            var coefficient = whole.Sign >= 0 ? algebra.Power(factor, whole) : 1 / algebra.Power(factor, -whole);
            var atom = factoring.IsPrime(factor) ? Atom.Prime(factor) : Atom.Root(Polynomial.Number(factor));
            result = algebra.Multiply(result, new Form(Polynomial.Term(coefficient, Monomial.Of(atom, power - whole)), Polynomial.One));
        }

        return result;
    }

    private Form? TryRaise(Monomial monomial, Rational exponent)
    {
        var even = exponent.Denominator.IsEven;
        var result = Form.One;
        foreach (var (atom, own) in monomial.Factors)
        {
            var power = own * exponent;
            switch (atom.Kind)
            {
                case AtomKind.Prime:
                    var whole = Algebra.Floor(power);
                    result = Times(algebra.Power(atom.Number, whole), atom, power - whole);
                    break;
                case AtomKind.Power when atom.Arguments[0].Numerator.Atoms.Contains(Atom.Imaginary):
                    return null; // the root of e^(10πi/7) is not e^(5πi/7)
                case AtomKind.Pi or AtomKind.Euler or AtomKind.Power:
                    result = Times(1, atom, power);
                    break;
                case AtomKind.Variable
                    when !even || !own.Denominator.IsOne || !own.Numerator.IsEven || (power.Denominator.IsOne && power.Numerator.IsEven):
                    result = Times(1, atom, power);
                    break;
                case AtomKind.Variable:
                    result = Times(1, Atom.Function("abs", Form.Of(atom)), power);
                    break;
                case AtomKind.Root when power < 1:
                    result = Times(1, atom, power);
                    break;
                default:
                    return null;
            }
        }

        return result;

        Form Times(Rational coefficient, Atom atom, Rational power) =>
            algebra.Multiply(result, new Form(Polynomial.Term(coefficient, Monomial.Of(atom, power)), Polynomial.One));
    }

    /// <summary>base^(coefficient·monomial).</summary>
    private Form RaiseTo(Form of, Rational coefficient, Monomial exponent)
    {
        var result = Form.One;
        if (of is { IsPolynomial: true, Numerator.Terms: [var (number, monomial)] } && number > 0)
        {
            foreach (var (factor, times) in number == 1 ? [] : factoring.Of(number))
            {
                Times(Polynomial.Number(factor), times * coefficient);
            }

            foreach (var (atom, times) in monomial.Factors)
            {
                Times(Polynomial.Term(1, Monomial.Of(atom, 1)), times * coefficient);
            }

            return result;
        }

        Times(of.Numerator, coefficient);
        if (!of.IsPolynomial)
        {
            Times(of.Denominator, 0 - coefficient);
        }

        return result;

        void Times(Polynomial factor, Rational times) =>
            result = algebra.Multiply(
                result,
                new Form(Polynomial.Term(1, Monomial.Of(Atom.Power(factor, exponent), times)), Polynomial.One)
            );
    }

    /// <summary>√(a + b√c) = √((a+t)/2) ± √((a−t)/2), where t² = a² − b²c is the square of a rational (Landau 1992, section 1).</summary>
    private Form? Denested(Polynomial of)
    {
        if (of.Terms.Count != 2 || of.Terms.Count(t => t.Monomial.IsOne) != 1)
        {
            return null;
        }

        var a = of.Terms.First(t => t.Monomial.IsOne).Coefficient;
        var (b, surd) = of.Terms.First(t => !t.Monomial.IsOne);
        if (!surd.Factors.All(f => f.Atom.Kind == AtomKind.Prime && f.Exponent == (Rational)1 / 2))
        {
            return null;
        }

        var square = surd.Factors.Aggregate(b * b, (product, f) => product * f.Atom.Number);
        if (a < 0 || Factoring.SquareRoot((a * a) - square) is not { } t)
        {
            return null;
        }

        var (x, y) = (Raise(Form.Number((a + t) / 2), (Rational)1 / 2), Raise(Form.Number((a - t) / 2), (Rational)1 / 2));
        return b > 0 ? algebra.Add(x, y) : algebra.Subtract(x, y);
    }

    /// <summary>The positive rational by which to divide so that the coefficients are integers without a common factor.</summary>
    private static Rational Content(Polynomial of)
    {
        var (numerators, denominators) = (BigInteger.Zero, BigInteger.One);
        foreach (var (coefficient, _) in of.Terms)
        {
            numerators = BigInteger.GreatestCommonDivisor(numerators, coefficient.Numerator);
            denominators = denominators / BigInteger.GreatestCommonDivisor(denominators, coefficient.Denominator) * coefficient.Denominator;
        }

        return (Rational)numerators / denominators;
    }
}
