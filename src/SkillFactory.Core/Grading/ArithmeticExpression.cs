using System.Numerics;

namespace SkillFactory.Core.Grading;

/// <summary>An arithmetic expression as read from a model's answer, evaluated exactly.</summary>
/// <remarks>
/// Grammar, and nothing else: sum = product (("+" | "-") product)*; product = operand (("*" | "/") operand)*;
/// operand = number | "(" sum ")"; number = "0" | [1-9][0-9]*. Spaces and tabs separate. No powers, no integer division, no decimals, no
/// juxtaposition, no leading zeros. With signed literals (only inside step lists, where an earlier result may be negative) a number at the
/// start of the expression or of a parenthesis may carry a minus, which belongs to the literal.
/// Limits keep hostile text cheap: nesting up to <see cref="MaxDepth"/>, literals up to <see cref="MaxDigits"/> digits; the caller bounds
/// the length.
/// </remarks>
public sealed class ArithmeticExpression
{
    public const int MaxDepth = 64;
    public const int MaxDigits = 40;

    private ArithmeticExpression(Rational? value, IReadOnlyList<Rational> literals, IReadOnlySet<char> operators) =>
        (Value, Literals, Operators) = (value, literals, operators);

    /// <summary>Null when a division by zero occurs.</summary>
    public Rational? Value { get; }

    /// <summary>The numbers written, in order, with repetitions.</summary>
    public IReadOnlyList<Rational> Literals { get; }

    /// <summary>The operators used, of + - * /.</summary>
    public IReadOnlySet<char> Operators { get; }

    /// <summary>Reads an expression; on failure <paramref name="error"/> says where and why.</summary>
    public static bool TryParse(string text, bool signedLiterals, out ArithmeticExpression expression, out string error)
    {
        var parser = new Parser(text, signedLiterals);
        var value = parser.Sum(0);
        parser.ExpectEnd();
        error = parser.Error ?? "";
        expression = new(parser.DividesByZero ? null : value, parser.Literals, parser.Operators);
        return parser.Error is null;
    }

    private sealed class Parser(string text, bool signedLiterals)
    {
        private int _at;

        public List<Rational> Literals { get; } = [];

        public HashSet<char> Operators { get; } = [];

        public bool DividesByZero { get; private set; }

        public string? Error { get; private set; }

        public Rational Sum(int depth)
        {
            if (depth > MaxDepth)
            {
                Error ??= $"parentheses nested deeper than {MaxDepth}";
            }

            var value = Product(depth, mayBeSigned: signedLiterals);
            while (Error is null && Peek() is '+' or '-')
            {
                var op = Take();
                var right = Product(depth, mayBeSigned: false);
                value = op == '+' ? value + right : value - right;
            }

            return value;
        }

        public void ExpectEnd()
        {
            if (Error is null && Peek() != '\0')
            {
                Unexpected();
            }
        }

        private Rational Product(int depth, bool mayBeSigned)
        {
            var value = Operand(depth, mayBeSigned);
            while (Error is null && Peek() is '*' or '/')
            {
                var op = Take();
                var right = Operand(depth, mayBeSigned: false);
                if (op == '*')
                {
                    value *= right;
                }
                else if (Error is null && right.IsZero)
                {
                    DividesByZero = true;
                }
                else if (Error is null)
                {
                    value /= right;
                }
            }

            return value;
        }

        private Rational Operand(int depth, bool mayBeSigned)
        {
            var next = Peek();
            if (Error is not null)
            {
                return default;
            }

            if (next == '(')
            {
                _at++;
                var value = Sum(depth + 1);
                if (Error is null && Peek() != ')')
                {
                    Unexpected();
                }

                _at++;
                return value;
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
                return default;
            }

            var start = _at;
            while (_at < text.Length && char.IsAsciiDigit(text[_at]))
            {
                _at++;
            }

            var digits = text.AsSpan(start, _at - start);
            if (digits.Length > MaxDigits)
            {
                Error ??= $"a number of more than {MaxDigits} digits";
                return default;
            }

            if (digits.Length > 1 && digits[0] == '0')
            {
                Error ??= $"'{digits}' has a leading zero";
                return default;
            }

            Rational literal = negative ? -BigInteger.Parse(digits) : BigInteger.Parse(digits);
            Literals.Add(literal);
            return literal;
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
