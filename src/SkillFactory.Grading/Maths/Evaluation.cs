using System.Security.Cryptography;
using System.Text;

namespace SkillFactory.Grading.Maths;

/// <summary>Bounds the value of a polynomial when each variable has one positive value that is derived from its name.</summary>
internal static class Evaluation
{
    /// <summary>Bounds of the real and the imaginary part; <see cref="RealInterval.Anything"/> for both when a factor is not known to be
    /// real, such as e^{iπ/7} or a root of a negative number.</summary>
    public static (RealInterval Real, RealInterval Imaginary) Of(Polynomial polynomial)
    {
        var (real, imaginary) = (RealInterval.Around(0), RealInterval.Around(0));
        foreach (var (coefficient, monomial) in polynomial.Terms)
        {
            var value = RealInterval.Of(coefficient);
            foreach (var (atom, exponent) in monomial.Factors.Where(f => f.Atom.Kind != AtomKind.Imaginary))
            {
                if (Of(atom) is not { } own || Power(own, exponent) is not { } power)
                {
                    return (RealInterval.Anything, RealInterval.Anything);
                }

                value *= power;
            }

            (real, imaginary) = monomial.ExponentOf(Atom.Imaginary).IsZero ? (real + value, imaginary) : (real, imaginary + value);
        }

        return (real, imaginary);
    }

    /// <summary>Bounds of a form; null when it is not known to be real.</summary>
    public static RealInterval? Real(Form form) =>
        Real(form.Numerator) is { } above && Real(form.Denominator) is { } below ? above / below : null;

    private static RealInterval? Real(Polynomial polynomial) =>
        Of(polynomial) is var (real, imaginary) && imaginary is { Low: > -1e-300, High: < 1e-300 } ? real : null;

    private static RealInterval? Of(Atom atom) =>
        atom.Kind switch
        {
            AtomKind.Prime => RealInterval.Of((Rational)atom.Number),
            AtomKind.Pi => RealInterval.Around(Math.PI),
            AtomKind.Euler => RealInterval.Around(Math.E),
            AtomKind.Variable => RealInterval.Around(ValueOf(atom.Key)),
            AtomKind.Root => Real(atom.Base!),
            AtomKind.Power => Real(atom.Base!) is { IsPositive: true } power && Real(atom.Arguments[0]) is { } exponent
                ? power.Raised(exponent)
                : null,
            _ => Function(atom.Name, atom.Arguments),
        };

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

    /// <summary>A power of a real number; null when it is not known to be real.</summary>
    private static RealInterval? Power(RealInterval value, Rational exponent)
    {
        if (value.IsPositive)
        {
            return exponent == 1 ? value : value.Raised(RealInterval.Of(exponent));
        }

        if (!exponent.Denominator.IsOne)
        {
            return null;
        }

        if (exponent.Numerator < 0 || exponent.Numerator > 64)
        {
            return RealInterval.Anything;
        }

        var power = RealInterval.Around(1);
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
