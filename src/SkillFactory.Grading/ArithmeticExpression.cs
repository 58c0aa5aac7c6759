using System.Numerics;

namespace SkillFactory.Grading;

/// <summary>An arithmetic expression parsed from a model's answer and evaluated exactly.</summary>
/// <remarks>
/// <para>Grammar: sum = product (("+" | "-") product)*; product = operand (("*" | "/") operand)*; operand = number | "(" sum ")";
/// number = "0" | [1-9][0-9]*. Spaces and tabs separate tokens. Powers, integer division, decimals, juxtaposition and leading zeros are
/// errors.</para>
/// <para>With <see cref="NumberForms.Signed"/> a number at the start of the expression or of a parenthesis may carry a minus sign. Step
/// lists need this, because an earlier result may be negative. With <see cref="NumberForms.Decimal"/> a number may have decimal
/// places.</para>
/// <para>Parentheses nest up to <see cref="MaxDepth"/> levels and literals have up to <see cref="MaxDigits"/> digits, so that hostile text
/// stays cheap. The caller limits the length.</para>
/// </remarks>
public sealed class ArithmeticExpression
{
    public const int MaxDepth = 64;
    public const int MaxDigits = 40;

    private ArithmeticExpression(Rational? value, ExpressionShape shape, IReadOnlyList<Rational> literals, IReadOnlySet<char> operators) =>
        (Value, Shape, Literals, Operators) = (value, shape, literals, operators);

    /// <summary>The exact value, or null when the expression divides by zero.</summary>
    public Rational? Value { get; }

    /// <summary>What is computed, independent of the order of operands and of parentheses.</summary>
    public ExpressionShape Shape { get; }

    /// <summary>The literals in the order written, with repetitions.</summary>
    public IReadOnlyList<Rational> Literals { get; }

    /// <summary>The operators that occur, out of + - * /.</summary>
    public IReadOnlySet<char> Operators { get; }

    /// <summary>Parses an expression. On failure <paramref name="error"/> says where and why.</summary>
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
            Peek();
            if (Error is null && _at < text.Length)
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
                Error ??= next is '-' or '+' ? $"the sign '{next}' at position {_at + 1} does not stand between two numbers" : null;
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

        /// <summary>The next character that is not white space; NUL at the end.</summary>
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
