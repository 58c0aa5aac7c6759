using System.Numerics;

namespace SkillFactory.Grading;

/// <summary>An arithmetic expression as read from a model's answer, evaluated exactly.</summary>
/// <remarks>
/// Grammar, and nothing else: sum = product (("+" | "-") product)*; product = operand (("*" | "/") operand)*;
/// operand = number | "(" sum ")"; number = "0" | [1-9][0-9]*. Spaces and tabs separate. No powers, no integer division, no decimals, no
/// juxtaposition, no leading zeros. With <see cref="NumberForms.Signed"/> (only inside step lists, where an earlier result may be negative)
/// a
/// number at the start of the expression or of a parenthesis may carry a minus, which belongs to the literal. With
/// <see cref="NumberForms.Decimal"/> a number may have decimal places.
/// Limits keep hostile text cheap: nesting up to <see cref="MaxDepth"/>, literals up to <see cref="MaxDigits"/> digits; the caller bounds
/// the length.
/// </remarks>
public sealed class ArithmeticExpression
{
    public const int MaxDepth = 64;
    public const int MaxDigits = 40;

    private ArithmeticExpression(Rational? value, ExpressionShape shape, IReadOnlyList<Rational> literals, IReadOnlySet<char> operators) =>
        (Value, Shape, Literals, Operators) = (value, shape, literals, operators);

    /// <summary>Null when a division by zero occurs.</summary>
    public Rational? Value { get; }

    /// <summary>What is computed, whatever the order and the parentheses.</summary>
    public ExpressionShape Shape { get; }

    /// <summary>The numbers written, in order, with repetitions.</summary>
    public IReadOnlyList<Rational> Literals { get; }

    /// <summary>The operators used, of + - * /.</summary>
    public IReadOnlySet<char> Operators { get; }

    /// <summary>Reads an expression; on failure <paramref name="error"/> says where and why.</summary>
    public static bool TryParse(string text, NumberForms forms, out ArithmeticExpression expression, out string error)
    {
        var parser = new Parser(text, forms);
        var (value, shape) = parser.Sum(0);
        parser.ExpectEnd();
        error = parser.Error ?? "";
        expression = new(parser.DividesByZero ? null : value, shape, parser.Literals, parser.Operators);
        return parser.Error is null;
    }

    private readonly record struct Part(Rational Value, ExpressionShape Shape);

    private sealed class Parser(string text, NumberForms forms)
    {
        private static readonly Part Nothing = new(default, ExpressionShape.Number(default));

        private int _at;

        public List<Rational> Literals { get; } = [];

        public HashSet<char> Operators { get; } = [];

        public bool DividesByZero { get; private set; }

        public string? Error { get; private set; }

        public Part Sum(int depth)
        {
            if (depth > MaxDepth)
            {
                Error ??= $"parentheses nested deeper than {MaxDepth}";
            }

            var (value, shape) = Product(depth, mayBeSigned: forms.HasFlag(NumberForms.Signed));
            while (Error is null && Peek() is '+' or '-')
            {
                var op = Take();
                var right = Product(depth, mayBeSigned: false);
                value = op == '+' ? value + right.Value : value - right.Value;
                shape = ExpressionShape.Combine(shape, op, right.Shape);
            }

            return new(value, shape);
        }

        public void ExpectEnd()
        {
            if (Error is null && Peek() != '\0')
            {
                Unexpected();
            }
        }

        private Part Product(int depth, bool mayBeSigned)
        {
            var (value, shape) = Operand(depth, mayBeSigned);
            while (Error is null && Peek() is '*' or '/')
            {
                var op = Take();
                var right = Operand(depth, mayBeSigned: false);
                shape = ExpressionShape.Combine(shape, op, right.Shape);
                if (op == '*')
                {
                    value *= right.Value;
                }
                else if (Error is null && right.Value.IsZero)
                {
                    DividesByZero = true;
                }
                else if (Error is null)
                {
                    value /= right.Value;
                }
            }

            return new(value, shape);
        }

        private Part Operand(int depth, bool mayBeSigned)
        {
            var next = Peek();
            if (Error is not null)
            {
                return Nothing;
            }

            if (next == '(')
            {
                _at++;
                var inner = Sum(depth + 1);
                if (Error is null && Peek() != ')')
                {
                    Unexpected();
                }

                _at++;
                return inner;
            }

            var negative = next == '-' && mayBeSigned;
            if (negative)
            {
                _at++;
                next = Peek();
            }

            if (!char.IsAsciiDigit(next))
            {
                Unexpected();
                return Nothing;
            }

            var start = _at;
            SkipDigits();
            var whole = text.AsSpan(start, _at - start);
            var decimals = ReadOnlySpan<char>.Empty;
            if (forms.HasFlag(NumberForms.Decimal) && _at + 1 < text.Length && text[_at] == '.' && char.IsAsciiDigit(text[_at + 1]))
            {
                _at++;
                SkipDigits();
                decimals = text.AsSpan(start + whole.Length + 1, _at - start - whole.Length - 1);
            }

            if (whole.Length + decimals.Length > MaxDigits)
            {
                Error ??= $"a number of more than {MaxDigits} digits";
                return Nothing;
            }

            if (whole.Length > 1 && whole[0] == '0')
            {
                Error ??= $"'{whole}' has a leading zero";
                return Nothing;
            }

            Rational literal = BigInteger.Parse(string.Concat(whole, decimals));
            literal = decimals.Length > 0 ? literal / BigInteger.Pow(10, decimals.Length) : literal;
            literal = negative ? 0 - literal : literal;
            Literals.Add(literal);
            return new(literal, ExpressionShape.Number(literal));
        }

        private void SkipDigits()
        {
            while (_at < text.Length && char.IsAsciiDigit(text[_at]))
            {
                _at++;
            }
        }

        private char Peek()
        {
            while (_at < text.Length && text[_at] is ' ' or '\t')
            {
                _at++;
            }

            return _at < text.Length ? text[_at] : '\0';
        }

        private char Take()
        {
            var op = text[_at++];
            Operators.Add(op);
            return op;
        }

        private void Unexpected() =>
            Error ??= _at < text.Length ? $"unexpected '{text[_at]}' at position {_at + 1}" : "it ends where a number was expected";
    }
}

/// <summary>How numbers may be written besides as plain digits.</summary>
[Flags]
public enum NumberForms
{
    Plain = 0,

    /// <summary>With a minus, at the start of the expression or of a parenthesis.</summary>
    Signed = 1,

    /// <summary>With decimal places.</summary>
    Decimal = 2,
}
