using System.Security.Cryptography;
using System.Text;

namespace SkillFactory.Grading.Maths;

/// <summary>Bounds the value of a polynomial when each variable has one positive value that is derived from its name.</summary>
internal static class Evaluation
{
    /// <summary>Bounds of a polynomial; null when a factor has no value here, such as a root of a negative number.</summary>
    public static ComplexInterval? Of(Polynomial polynomial)
    {
        var sum = new ComplexInterval(RealInterval.Around(0));
        foreach (var (coefficient, monomial) in polynomial.Terms)
        {
            var value = new ComplexInterval(RealInterval.Of(coefficient));
            foreach (var (atom, exponent) in monomial.Factors.Where(f => f.Atom.Kind != AtomKind.Imaginary))
            {
                if (Factor(atom, exponent) is not { } factor)
                {
                    return null;
                }

                value *= factor;
            }

            sum += monomial.ExponentOf(Atom.Imaginary).IsZero ? value : value.Turned();
        }

        return sum;
    }

    /// <summary>Bounds of a form; null when it is not known to be real.</summary>
    public static RealInterval? Real(Form form) =>
        Real(form.Numerator) is { } above && Real(form.Denominator) is { } below ? above / below : null;

    private static RealInterval? Real(Polynomial polynomial) => Of(polynomial) is { Imaginary: null, Real: var real } ? real : null;

    /// <summary>An atom to a power. The value of a^b to the power c is a^(b·c).</summary>
    private static ComplexInterval? Factor(Atom atom, Rational exponent) =>
        atom.Kind != AtomKind.Power ? (Of(atom) is { } own ? Power(own, exponent) : null)
        : Real(atom.Base!) is { IsPositive: true } power && Of(atom.Arguments[0].Numerator) is { } inner
            ? ComplexInterval.Power(power, inner * new ComplexInterval(RealInterval.Of(exponent)))
        : null;

    private static ComplexInterval? Of(Atom atom) =>
        atom.Kind switch
        {
            AtomKind.Prime => Known(RealInterval.Of((Rational)atom.Number)),
            AtomKind.Pi => Known(RealInterval.Around(Math.PI)),
            AtomKind.Euler => Known(RealInterval.Around(Math.E)),
            AtomKind.Variable => Known(RealInterval.Around(ValueOf(atom.Key))),
            AtomKind.Root => Of(atom.Base!),
            _ => Known(Function(atom.Name, atom.Arguments)),
        };

    private static ComplexInterval? Known(RealInterval? value) => value is { } real ? new ComplexInterval(real) : null;

    private static RealInterval? Function(string name, IReadOnlyList<Form> arguments)
    {
        if (arguments.Count != 1 || Real(arguments[0]) is not { } at)
        {
            return null;
        }

        return name switch
        {
            "sin" => at.Slow(Math.Sin),
            "cos" => at.Slow(Math.Cos),
            "tan" => at.Slow(Math.Sin) / at.Slow(Math.Cos),
            "cot" => at.Slow(Math.Cos) / at.Slow(Math.Sin),
            "sec" => RealInterval.Around(1) / at.Slow(Math.Cos),
            "csc" => RealInterval.Around(1) / at.Slow(Math.Sin),
            "arctan" => at.Slow(Math.Atan),
            "arcsin" when at.Low > -1 && at.High < 1 => at.Increasing(Math.Asin),
            "arccos" when at.Low > -1 && at.High < 1 => RealInterval.Around(Math.PI / 2)
                + (RealInterval.Around(-1) * at.Increasing(Math.Asin)),
            "sinh" => at.Increasing(Math.Sinh),
            "tanh" => at.Increasing(Math.Tanh),
            "ln" when at.IsPositive => at.Increasing(Math.Log),
            "abs" => at.IsNegative ? new(-at.High, -at.Low)
            : at.IsPositive ? at
            : new(0, Math.Max(-at.Low, at.High)),
            _ => null,
        };
    }

    /// <summary>A power; null when it is no natural power of a number that is not positive.</summary>
    private static ComplexInterval? Power(ComplexInterval value, Rational exponent)
    {
        if (value is { Imaginary: null, Real.IsPositive: true })
        {
            return exponent == 1 ? value : new ComplexInterval(value.Real.Raised(RealInterval.Of(exponent)));
        }

        if (!exponent.Denominator.IsOne || exponent.Numerator < 0 || exponent.Numerator > 64)
        {
            return null;
        }

        var power = new ComplexInterval(RealInterval.Around(1));
        for (var left = (int)exponent.Numerator; left > 0; left--)
        {
            power *= value;
        }

        return power;
    }

    /// <summary>A value between 1.1 and 2.9 that depends on the name alone.</summary>
    private static double ValueOf(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return 1.1 + (1.8 * BitConverter.ToUInt32(hash) / uint.MaxValue);
    }
}
