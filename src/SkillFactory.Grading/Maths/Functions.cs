using System.Numerics;

namespace SkillFactory.Grading.Maths;

/// <summary>Applies functions. A value without a normal form is kept as an atom.</summary>
internal sealed class Functions(Algebra algebra, Powers powers, Factoring factoring, FormComparison comparison)
{
    private const int LargestFactorial = 400;

    private static readonly HashSet<string> Names =
    [
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "ln",
        "log",
        "exp",
        "min",
        "max",
        "gcd",
        "lcm",
        "abs",
        "floor",
        "ceil",
    ];

    public static bool Known(string name) => Names.Contains(name);

    /// <param name="subscript">The base of a logarithm, or null.</param>
    public Form Apply(string name, Form? subscript, IReadOnlyList<Form> arguments)
    {
        if (subscript is not null && name != "log")
        {
            throw new MathSyntaxException($"a subscript of {name}");
        }

        if (name is "min" or "max" or "gcd" or "lcm")
        {
            return OfSeveral(name, arguments);
        }

        if (arguments.Count != 1)
        {
            throw new MathSyntaxException($"{name} of {arguments.Count} things");
        }

        var at = arguments[0];
        return name switch
        {
            "exp" => powers.Raise(Form.Of(Atom.Euler), at),
            "ln" => Logarithm(at),
            "log" => algebra.Divide(Logarithm(at), Logarithm(subscript ?? Form.Number(10))),
            "abs" => Absolute(at),
            "floor" or "ceil" => Rounded(at, up: name == "ceil"),
            "sin" or "cos" => Trigonometry.Of(algebra, powers, name, at) ?? Kept(name, at),
            "tan" => Ratio("sin", "cos", "tan", at),
            "cot" => Ratio("cos", "sin", "cot", at),
            "sec" => Ratio(null, "cos", "sec", at),
            "csc" => Ratio(null, "sin", "csc", at),
            _ => at.IsZero && name is "arcsin" or "arctan" or "sinh" or "tanh" ? at : Kept(name, at),
        };
    }

    public Form Absolute(Form value)
    {
        if (!value.Atoms.Any(a => a.Kind is AtomKind.Variable or AtomKind.Imaginary or AtomKind.Function or AtomKind.Power))
        {
            return comparison.Sign(value) < 0 ? algebra.Negate(value) : value;
        }

        // |−x| = |x|: picks the one whose last coefficient is positive.
        return Form.Of(Atom.Function("abs", value.Numerator.Terms[^1].Coefficient < 0 ? algebra.Negate(value) : value));
    }

    public Form Rounded(Form value, bool up) =>
        value.Constant is { } number
            ? Form.Number(up ? -Algebra.Floor(0 - number) : Algebra.Floor(number))
            : Form.Of(Atom.Function(up ? "ceil" : "floor", value));

    public Form Factorial(Form of)
    {
        if (of.Constant is not { } number)
        {
            return Form.Of(Atom.Function("factorial", of));
        }

        if (!number.Denominator.IsOne || number < 0)
        {
            throw new MathSyntaxException("a factorial of something else than a whole number");
        }

        return number > LargestFactorial
            ? throw new LimitExceededException($"a factorial of more than {LargestFactorial}")
            : Form.Number(Enumerable.Range(1, (int)number.Numerator).Aggregate(BigInteger.One, (product, n) => product * n));
    }

    public Form Binomial(Form from, Form choose)
    {
        if (from.Constant is not { } n || choose.Constant is not { } k)
        {
            return Form.Of(Atom.Function("binom", from, choose));
        }

        if (!n.Denominator.IsOne || !k.Denominator.IsOne || n < 0 || k < 0)
        {
            throw new MathSyntaxException("a binomial coefficient of something else than whole numbers");
        }

        if (k > n)
        {
            return Form.Zero;
        }

        var (top, low) = (n.Numerator, BigInteger.Min(k.Numerator, n.Numerator - k.Numerator));
        if (low * top.GetBitLength() > Algebra.MaxBits)
        {
            throw new LimitExceededException("a binomial coefficient that is too large");
        }

        var result = BigInteger.One;
        for (var i = 1; i <= low; i++)
        {
            result = result * (top - low + i) / i;
        }

        return Form.Number(result);
    }

    /// <summary>Natural logarithm. Logarithms of primes are kept: ln 12 = 2 ln 2 + ln 3. ln e = 1.</summary>
    private Form Logarithm(Form of)
    {
        if (
            !of.IsPolynomial
            || of.Numerator.Terms is not [var (coefficient, monomial)]
            || coefficient <= 0
            || monomial.Factors.Any(f => f.Atom.Kind is not (AtomKind.Prime or AtomKind.Euler or AtomKind.Pi or AtomKind.Power))
            || monomial.Factors.Any(f => f.Atom.Kind == AtomKind.Power && !f.Atom.Base!.Atoms.Contains(Atom.Euler))
        )
        {
            return of.IsZero ? throw new MathSyntaxException("a logarithm of 0") : Kept("ln", of);
        }

        var result = Form.Zero;
        foreach (var (factor, times) in factoring.Of(coefficient))
        {
            result = algebra.Add(result, algebra.Multiply(Form.Number(times), Kept("ln", Form.Number(factor))));
        }

        foreach (var (atom, times) in monomial.Factors)
        {
            var logarithm = atom.Kind switch
            {
                AtomKind.Euler => Form.One,
                AtomKind.Power => atom.Arguments[0],
                _ => Kept("ln", Form.Of(atom)),
            };
            logarithm = atom.Kind == AtomKind.Prime ? Kept("ln", Form.Number(atom.Number)) : logarithm;
            result = algebra.Add(result, algebra.Multiply(Form.Number(times), logarithm));
        }

        return result;
    }

    private Form Ratio(string? top, string bottom, string name, Form at)
    {
        var below = Trigonometry.Of(algebra, powers, bottom, at);
        var above = top is null ? Form.One : Trigonometry.Of(algebra, powers, top, at);
        return below is null || above is null ? Kept(name, at) : algebra.Divide(above, below);
    }

    private Form OfSeveral(string name, IReadOnlyList<Form> arguments)
    {
        var numbers = arguments.Select(a => a.Constant).ToList();
        if (numbers.Any(n => n is null) || (name is "gcd" or "lcm" && numbers.Any(n => !n!.Value.Denominator.IsOne || n.Value.IsZero)))
        {
            return Form.Of(Atom.Function(name, [.. arguments.OrderBy(a => a.ToString(), StringComparer.Ordinal)]));
        }

        return Form.Number(
            numbers
                .Select(n => n!.Value)
                .Aggregate(
                    (a, b) =>
                        algebra.Checked(
                            name switch
                            {
                                "min" => a < b ? a : b,
                                "max" => a > b ? a : b,
                                "gcd" => BigInteger.GreatestCommonDivisor(a.Numerator, b.Numerator),
                                _ => BigInteger.Abs(a.Numerator / BigInteger.GreatestCommonDivisor(a.Numerator, b.Numerator) * b.Numerator),
                            }
                        )
                )
        );
    }

    private static Form Kept(string name, Form at) => Form.Of(Atom.Function(name, at));
}
