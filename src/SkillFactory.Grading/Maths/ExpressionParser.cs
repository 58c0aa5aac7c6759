using System.Numerics;

namespace SkillFactory.Grading.Maths;

/// <summary>Parses an expression and computes its normal form on the way. Grammar: sum = term (("+" | "-") term)*; term = factor
/// (("*" | "/" | nothing) factor)*; factor = primary ("!" | "°")* ("^" exponent)?; for primaries see <see cref="Primary"/>.</summary>
/// <param name="plus">Whether ± is read as + and ∓ as −; otherwise the reverse.</param>
internal sealed class ExpressionParser(TokenReader tokens, Algebra algebra, Powers powers, Functions functions, bool plus)
{
    public const int MaxDepth = 48;

    private int _depth;
    private int _angles;

    public Form Sum()
    {
        var value = Term();
        while (SignAhead() is { } sign)
        {
            tokens.Take();
            value = sign > 0 ? algebra.Add(value, Term()) : algebra.Subtract(value, Term());
        }

        return value;
    }

    /// <summary>+1 or −1 for a sign, null for anything else.</summary>
    private int? SignAhead() =>
        tokens.Next is not { Kind: TokenKind.Symbol, Text: var text }
            ? null
            : text switch
            {
                "+" => 1,
                "-" => -1,
                "pm" => plus ? 1 : -1,
                "mp" => plus ? -1 : 1,
                _ => null,
            };

    private Form Term()
    {
        var negative = false;
        for (var sign = SignAhead(); sign is not null; sign = SignAhead())
        {
            tokens.Take();
            negative ^= sign < 0;
        }

        var value = Factor();
        while (true)
        {
            if (tokens.TryTake("*"))
            {
                value = algebra.Multiply(value, SignedFactor());
            }
            else if (tokens.TryTake("/"))
            {
                value = algebra.Divide(value, SignedFactor());
            }
            else if (BeginsFactor())
            {
                value =
                    tokens.Next.Kind == TokenKind.Number && tokens.Previous.Kind == TokenKind.Number
                        ? throw new MathSyntaxException("two numbers side by side")
                        : algebra.Multiply(value, Factor());
            }
            else
            {
                return negative ? algebra.Negate(value) : value;
            }
        }
    }

    private Form SignedFactor()
    {
        var negative = false;
        while (tokens.Next.Is("-") || tokens.Next.Is("+"))
        {
            negative ^= tokens.Take().Text == "-";
        }

        return negative ? algebra.Negate(Factor()) : Factor();
    }

    private bool BeginsFactor() =>
        tokens.Next.Kind switch
        {
            TokenKind.Number or TokenKind.Letter => true,
            TokenKind.Command => tokens.Next.Text is "pi" or "frac" or "binom" or "sqrt" || Functions.Known(tokens.Next.Text),
            TokenKind.Symbol => (tokens.Next.Text is "(" or "[" && !tokens.HoldsSeparator())
                || tokens.Next.Text is "{" or "lfloor" or "lceil",
            _ => false,
        };

    private Form Factor()
    {
        var value = Primary();
        while (true)
        {
            if (tokens.TryTake("!"))
            {
                value = functions.Factorial(value);
            }
            else if (tokens.Next.Is("^") && IsDegree())
            {
                if (_angles == 0)
                {
                    return value;
                }

                while (!tokens.TryTake("deg"))
                {
                    tokens.Take();
                }

                tokens.TryTake("}");
                value = Degrees(value);
            }
            else if (_angles > 0 && tokens.TryTake("deg"))
            {
                value = Degrees(value);
            }
            else if (tokens.TryTake("^"))
            {
                value = powers.Raise(value, Exponent());
            }
            else
            {
                return value;
            }
        }
    }

    /// <summary>^\circ or ^{\circ}: a factor inside the arguments of functions; elsewhere a unit that the caller reads.</summary>
    private bool IsDegree() => tokens.Peek(1).Is("deg") || (tokens.Peek(1).Is("{") && tokens.Peek(2).Is("deg"));

    private Form Degrees(Form value) => algebra.Multiply(value, algebra.Multiply(Form.Of(Atom.Pi), Form.Number((Rational)1 / 180)));

    private Form Exponent()
    {
        var negative = false;
        while (tokens.Next.Is("-") || tokens.Next.Is("+"))
        {
            negative ^= tokens.Take().Text == "-";
        }

        return negative ? algebra.Negate(Primary()) : Primary();
    }

    /// <summary>A number, a letter, a group or a function call. Everything that nests does so through here.</summary>
    private Form Primary()
    {
        if (++_depth > MaxDepth)
        {
            throw new LimitExceededException($"more than {MaxDepth} nested levels");
        }

        var value = Read(tokens.Take());
        _depth--;
        return value;
    }

    private Form Read(MathToken token)
    {
        switch (token.Kind)
        {
            case TokenKind.Number:
                return Mixed(token);
            case TokenKind.Letter:
                return Letter(token.Text);
            case TokenKind.Command:
                return Command(token.Text);
            case TokenKind.Symbol when token.Text is "(" or "[" or "{":
                var inner = Sum();
                tokens.Expect(
                    token.Text switch
                    {
                        "(" => ")",
                        "[" => "]",
                        _ => "}",
                    }
                );
                return inner;
            case TokenKind.Symbol when token.Text == "|":
                var bars = Sum();
                tokens.Expect("|");
                return functions.Absolute(bars);
            case TokenKind.Symbol when token.Text is "lfloor" or "lceil":
                var rounded = Sum();
                tokens.Expect(token.Text == "lfloor" ? "rfloor" : "rceil");
                return functions.Rounded(rounded, up: token.Text == "lceil");
            default:
                throw new MathSyntaxException(token.Kind == TokenKind.End ? "it ends too early" : $"unexpected '{token.Text}'");
        }
    }

    /// <summary>A number or a mixed number: 1\frac{1}{2}, 1 1/2.</summary>
    private Form Mixed(MathToken number)
    {
        var isWhole = number.Text.Length > 0 && number.Value.Denominator.IsOne;
        if (
            isWhole
            && tokens.Next.IsCommand("frac")
            && tokens.Peek(1) is { Kind: TokenKind.Number, Text: [>= '1' and <= '9', >= '1' and <= '9'] } pair
        )
        {
            tokens.Skip(2);
            return Form.Number(number.Value + ((Rational)(pair.Text[0] - '0') / (pair.Text[1] - '0')));
        }

        if (isWhole && tokens.Next.IsCommand("frac") && Plain(1) is { } top)
        {
            var width = tokens.Peek(1).Is("{") ? 3 : 1;
            if (Plain(1 + width) is { } bottom && bottom.Numerator > 0)
            {
                tokens.Skip(1 + width + (tokens.Peek(1 + width).Is("{") ? 3 : 1));
                return Form.Number(number.Value + (top / bottom));
            }
        }

        if (isWhole && tokens.Next is { Kind: TokenKind.Number, Text: "" } part && part.Value < 1)
        {
            tokens.Take();
            return Form.Number(number.Value + part.Value); // 1½
        }

        if (
            isWhole
            && tokens.Next is { Kind: TokenKind.Number, Spaced: true } over
            && tokens.Peek(1).Is("/")
            && tokens.Peek(2) is { Kind: TokenKind.Number } under
            && under.Value > 0
        )
        {
            tokens.Skip(3);
            return Form.Number(number.Value + (over.Value / under.Value));
        }

        return Form.Number(number.Value);
    }

    /// <summary>The number <paramref name="ahead"/> tokens ahead, bare or alone in braces; null for anything else. A number of several
    /// digits without braces is two arguments of \frac, so it does not count.</summary>
    private Rational? Plain(int ahead) =>
        tokens.Peek(ahead) is { Kind: TokenKind.Number } bare ? (bare.Text.Length == 1 ? bare.Value : null)
        : tokens.Peek(ahead).Is("{") && tokens.Peek(ahead + 1) is { Kind: TokenKind.Number } braced && tokens.Peek(ahead + 2).Is("}")
            ? braced.Value
        : null;

    private Form Letter(string name)
    {
        var subscript = Subscript();
        return (name, subscript) switch
        {
            ("e", "") => Form.Of(Atom.Euler),
            ("i", "") => Form.Of(Atom.Imaginary),
            _ => Form.Of(Atom.Variable(name + subscript)),
        };
    }

    /// <summary>"_1", "_{max}" or nothing.</summary>
    private string Subscript()
    {
        if (!tokens.TryTake("_"))
        {
            return "";
        }

        if (!tokens.TryTake("{"))
        {
            return $"_{tokens.Take().Text}";
        }

        var text = "_";
        while (!tokens.TryTake("}"))
        {
            text += tokens.Next.Kind == TokenKind.End ? throw tokens.Unexpected() : tokens.Take().Text;
        }

        return text;
    }

    private Form Command(string name)
    {
        switch (name)
        {
            case "pi":
                return Form.Of(Atom.Pi);
            case "frac":
                var top = Argument();
                return algebra.Divide(top, Argument());
            case "binom":
                var from = Argument();
                return functions.Binomial(from, Argument());
            case "sqrt":
                var index = Form.Number(2);
                if (tokens.TryTake("["))
                {
                    index = Sum();
                    tokens.Expect("]");
                }

                return powers.Raise(Primary(), algebra.Divide(Form.One, index));
            default:
                return Functions.Known(name) ? Call(name) : throw new MathSyntaxException($"unknown command \\{name}");
        }
    }

    /// <summary>An argument of \frac: a group in braces, or one token.</summary>
    private Form Argument() => tokens.Next.Kind == TokenKind.Number ? Form.Number(tokens.TakeDigit()) : Primary();

    /// <summary>A function call: \sin^2 x, \log_2(8), \gcd(a, b).</summary>
    private Form Call(string name)
    {
        Form? subscript = null,
            power = null;
        while (tokens.Next.Is("_") || tokens.Next.Is("^"))
        {
            if (tokens.Take().Text == "_")
            {
                subscript = Argument();
            }
            else
            {
                power = Exponent();
            }
        }

        _angles++;
        List<Form> arguments = tokens.Next.Is("(") && tokens.HoldsSeparator() ? List() : [OwnArgument()];
        _angles--;
        if (power?.Constant == -1)
        {
            return functions.Apply($"arc{name}", subscript, arguments);
        }

        var value = functions.Apply(name, subscript, arguments);
        return power is null ? value : powers.Raise(value, power);
    }

    private List<Form> List()
    {
        tokens.Expect("(");
        List<Form> items = [Sum()];
        while (tokens.TryTake(",") || tokens.TryTake(";"))
        {
            items.Add(Sum());
        }

        tokens.Expect(")");
        return items;
    }

    /// <summary>The argument of a function without parentheses: the factors up to the next function or parenthesis.</summary>
    private Form OwnArgument()
    {
        var negative = tokens.TryTake("-");
        var grouped = tokens.Next.Is("(") || tokens.Next.Is("{") || tokens.Next.Is("[");
        var value = grouped ? Primary() : Factor();
        while (
            !grouped
            && BeginsFactor()
            && tokens.Next.Kind != TokenKind.Symbol
            && !(tokens.Next.Kind == TokenKind.Command && Functions.Known(tokens.Next.Text))
        )
        {
            value = algebra.Multiply(value, Factor());
        }

        // \sin(30)^\circ
        while (tokens.Next.Is("deg") || (tokens.Next.Is("^") && IsDegree()))
        {
            while (!tokens.TryTake("deg"))
            {
                tokens.Take();
            }

            tokens.TryTake("}");
            value = Degrees(value);
        }

        return negative ? algebra.Negate(value) : value;
    }
}
