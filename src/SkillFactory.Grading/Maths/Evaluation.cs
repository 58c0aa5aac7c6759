using System.Security.Cryptography;
using System.Text;

namespace SkillFactory.Grading.Maths;

/// <summary>What a polynomial comes to, within certain bounds, when each variable has one positive value that follows from its
/// name.</summary>
internal static class Evaluation
{
    /// <summary>Real and imaginary part; anything where a function is not known.</summary>
    public static (RealInterval Real, RealInterval Imaginary) Of(Polynomial polynomial)
    {
        var (real, imaginary) = (RealInterval.Around(0), RealInterval.Around(0));
        foreach (var (coefficient, monomial) in polynomial.Terms)
        {
            var value = RealInterval.Of(coefficient);
            foreach (var (atom, exponent) in monomial.Factors.Where(f => f.Atom.Kind != AtomKind.Imaginary))
            {
                value *= Power(Of(atom), exponent);
            }

            (real, imaginary) = monomial.ExponentOf(Atom.Imaginary).IsZero ? (real + value, imaginary) : (real, imaginary + value);
        }

        return (real, imaginary);
    }

    /// <summary>The value of a form that is known to be real.</summary>
    public static RealInterval Real(Form form)
    {
        var ((n, ni), (d, di)) = (Of(form.Numerator), Of(form.Denominator));
        return IsZero(ni) && IsZero(di) ? n / d : RealInterval.Anything;
    }

    private static bool IsZero(RealInterval part) => part.Low > -1e-300 && part.High < 1e-300;

    private static RealInterval Of(Atom atom) =>
        atom.Kind switch
        {
            AtomKind.Prime => RealInterval.Of((Rational)atom.Number),
            AtomKind.Pi => RealInterval.Around(Math.PI),
            AtomKind.Euler => RealInterval.Around(Math.E),
            AtomKind.Variable => RealInterval.Around(ValueOf(atom.Key)),
            AtomKind.Root => Of(atom.Base!) is var (real, imaginary) && IsZero(imaginary) ? real : RealInterval.Anything,
            AtomKind.Power => Of(atom.Base!) is var (real, imaginary) && IsZero(imaginary)
                ? real.Raised(Real(atom.Arguments[0]))
                : RealInterval.Anything,
            _ => Function(atom.Name, atom.Arguments),
        };

    private static RealInterval Function(string name, IReadOnlyList<Form> arguments)
    {
        if (arguments.Count != 1)
        {
            return RealInterval.Anything;
        }

        var at = Real(arguments[0]);
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
            _ => RealInterval.Anything,
        };
    }

    private static RealInterval Power(RealInterval value, Rational exponent)
    {
        if (value.IsPositive)
        {
            return exponent == 1 ? value : value.Raised(RealInterval.Of(exponent));
        }

        if (!exponent.Denominator.IsOne || exponent.Numerator < 0 || exponent.Numerator > 64)
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

    /// <summary>Between 1.1 and 2.9, the same for the same name everywhere.</summary>
    private static double ValueOf(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return 1.1 + (1.8 * BitConverter.ToUInt32(hash) / uint.MaxValue);
    }
}
