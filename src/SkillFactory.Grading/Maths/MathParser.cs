using SkillFactory.Grading.Quantities;

namespace SkillFactory.Grading.Maths;

/// <summary>Parses a whole answer: text, or lists, tuples, sets, intervals, matrices, equations and inequalities of expressions.</summary>
internal sealed class MathParser
{
    private const int MaxItems = 64;

    private readonly TokenReader _tokens;
    private readonly ExpressionParser _expressions;
    private readonly Algebra _algebra;
    private readonly FormComparison _comparison;
    private readonly MathNames _names;
    private readonly CountedThings _things;
    private int _depth;

    /// <param name="things">The words that may follow a number because they name what is counted.</param>
    /// <param name="plus">See <see cref="ExpressionParser"/>.</param>
    public MathParser(IReadOnlyList<MathToken> tokens, CountedThings things, WorkBudget budget, bool plus)
    {
        _things = things;
        _tokens = new TokenReader(tokens);
        _algebra = new Algebra(budget);
        _comparison = new FormComparison(_algebra);
        var factoring = new Factoring(budget);
        var powers = new Powers(_algebra, factoring);
        var functions = new Functions(_algebra, powers, factoring, _comparison);
        _names = new MathNames(_tokens, _algebra, functions);
        _expressions = new ExpressionParser(_tokens, _algebra, powers, functions, plus);
    }

    /// <summary>Whether the tokens are natural language: words, and no symbols that only mathematics uses.</summary>
    public static bool IsText(IReadOnlyList<MathToken> tokens) =>
        tokens.Any(t => t.Kind == TokenKind.Word)
        && tokens.All(t =>
            t.Kind is TokenKind.Word or TokenKind.Letter or TokenKind.End
            || (
                t.Kind == TokenKind.Symbol
                && t.Text is "(" or ")" or "," or "-" or ";" or "or" or "and" or "in" or "to" or "{" or "}" or "!"
            )
        );

    public MathValue Answer()
    {
        List<string> separators = [];
        var items = Items(separators);
        return _tokens.Next.Kind != TokenKind.End ? throw _tokens.Unexpected()
            : items.Count == 1 ? items[0]
            : Intervals.Joined(_comparison, items, separators) ?? (MathValue)new SetValue(items, IsBare: true);
    }

    /// <summary>One or more items, separated by commas, semicolons, "or" or "and".</summary>
    /// <param name="separators">Receives "or", "and" or "," for each gap.</param>
    private List<MathValue> Items(List<string>? separators = null)
    {
        List<MathValue> items = [Item()];
        while (TakeSeparator() is { } separator)
        {
            separators?.Add(separator);
            items.Add(items.Count < MaxItems ? Item() : throw new LimitExceededException($"a list of more than {MaxItems} items"));
        }

        return items;
    }

    private string? TakeSeparator()
    {
        string? separator = null;
        while (_tokens.Next is { Kind: TokenKind.Symbol, Text: "," or ";" or "or" or "and" })
        {
            var text = _tokens.Take().Text;
            separator =
                text is "or" or "and" ? text
                : separator is null ? ","
                : separator;
        }

        return separator;
    }

    private MathValue Item()
    {
        if (_names.Take() is { } name)
        {
            return _tokens.TryTake("in") ? Union() : Equation(name);
        }

        var sides = new List<MathValue> { Union() };
        var relations = new List<string>();
        while (_tokens.Next is { Kind: TokenKind.Symbol, Text: "=" or "<" or ">" or "<=" or ">=" or "!=" })
        {
            relations.Add(_tokens.Take().Text);
            sides.Add(Union());
        }

        return relations.Count == 0 ? sides[0] : Relations.Of(_algebra, _comparison, sides, relations);
    }

    /// <summary>The rest of an equation after its name: "= a", or "= a = b", where the last side is the value.</summary>
    private EquationValue Equation(MathName name)
    {
        _tokens.Expect("=");
        var value = Union();
        while (_tokens.TryTake("="))
        {
            value = Union();
        }

        return new EquationValue(
            name.Text,
            value,
            name.Form is { } left && value is ScalarValue scalar ? _algebra.Subtract(left, scalar.Form) : null
        );
    }

    private MathValue Union()
    {
        var value = Operand();
        while (true)
        {
            if (
                _tokens.TryTake("cup")
                || (_tokens.Next is { Kind: TokenKind.Letter, Text: "U" } && Intervals.TryOf(value) is not null && TakeLetter())
            )
            {
                value = Intervals.Union(_comparison, value, Operand());
            }
            else if (_tokens.TryTake("setminus"))
            {
                value = Intervals.Without(_comparison, value, Operand());
            }
            else
            {
                return value;
            }
        }
    }

    private bool TakeLetter() => _tokens.Take().Kind == TokenKind.Letter;

    /// <summary>A list, a set, a matrix or an expression. Everything that nests does so through here.</summary>
    private MathValue Operand()
    {
        if (++_depth > ExpressionParser.MaxDepth)
        {
            throw new LimitExceededException($"more than {ExpressionParser.MaxDepth} nested levels");
        }

        var value = Read();
        _depth--;
        return value;
    }

    private MathValue Read()
    {
        var next = _tokens.Next;
        if ((next.Is("(") || next.Is("[")) && _tokens.HoldsSeparator())
        {
            return Bracketed();
        }

        if (next.Is("set{"))
        {
            return Set();
        }

        if (_tokens.TryTake("empty"))
        {
            return new SetValue([], IsBare: false);
        }

        if (next.IsCommand("mathbb"))
        {
            return Numbers();
        }

        if (next.IsCommand("begin"))
        {
            return Matrix();
        }

        var sign = next.Is("-") ? -1 : 1;
        if (_tokens.Peek(next.Is("-") || next.Is("+") ? 1 : 0).Is("inf"))
        {
            _tokens.Skip(next.Is("inf") ? 1 : 2);
            return new InfinityValue(sign);
        }

        return Scalar();
    }

    /// <summary>A tuple, or an interval when a bracket is square or a bound is infinite.</summary>
    private MathValue Bracketed()
    {
        var open = _tokens.Take().Text;
        var items = Items();
        var close = _tokens.Take();
        if (!close.Is(")") && !close.Is("]"))
        {
            throw new MathSyntaxException(close.Kind == TokenKind.End ? "a bracket that is not closed" : $"unexpected '{close.Text}'");
        }

        if (items.Count == 2 && (open == "[" || close.Is("]") || items.Any(i => i is InfinityValue)))
        {
            return new IntervalsValue([new Interval(items[0], open == "[", items[1], close.Is("]"))]);
        }

        return open == "(" && close.Is(")") ? new TupleValue(items)
            : open == "[" && close.Is("]") ? new TupleValue(items)
            : throw new MathSyntaxException("brackets that do not match");
    }

    private MathValue Set()
    {
        _tokens.Expect("set{");
        if (_tokens.TryTake("set}"))
        {
            return new SetValue([], IsBare: false);
        }

        // {x | x > 2}: only the condition counts.
        if (_tokens.Next.Kind == TokenKind.Letter && (_tokens.Peek(1).Is("|") || _tokens.Peek(1).Is(":")))
        {
            _tokens.Skip(2);
            var condition = Item();
            _tokens.Expect("set}");
            return condition;
        }

        var items = Items();
        _tokens.Expect("set}");
        return new SetValue(items, IsBare: false);
    }

    private IntervalsValue Numbers()
    {
        _tokens.Skip(1);
        var braced = _tokens.TryTake("{");
        var name = _tokens.Take().Text;
        if (braced)
        {
            _tokens.Expect("}");
        }

        return name == "R" ? new IntervalsValue([Interval.Everything]) : throw new MathSyntaxException($"the set {name}");
    }

    private MatrixValue Matrix()
    {
        var kind = Environment("begin");
        if (!kind.EndsWith("matrix", StringComparison.Ordinal))
        {
            throw new MathSyntaxException($"the environment {kind}");
        }

        var rows = new List<IReadOnlyList<MathValue>>();
        var row = new List<MathValue>();
        while (!_tokens.Next.IsCommand("end"))
        {
            row.Add(Operand());
            if (_tokens.TryTake("\\\\") || _tokens.Next.IsCommand("end"))
            {
                rows.Add(row);
                row = [];
            }
            else
            {
                _tokens.Expect("&");
            }

            if (rows.Count > MaxItems || row.Count > MaxItems)
            {
                throw new LimitExceededException("a matrix that is too large");
            }
        }

        Environment("end");
        return rows.Count > 0 && rows.All(r => r.Count == rows[0].Count)
            ? new MatrixValue(rows)
            : throw new MathSyntaxException("a matrix whose rows differ in length");
    }

    /// <summary>\begin{name} or \end{name}.</summary>
    private string Environment(string command)
    {
        if (!_tokens.Take().IsCommand(command))
        {
            throw _tokens.Unexpected();
        }

        _tokens.Expect("{");
        var name = "";
        while (!_tokens.TryTake("}"))
        {
            name += _tokens.Next.Kind == TokenKind.End ? throw _tokens.Unexpected() : _tokens.Take().Text;
        }

        return name;
    }

    private MathValue Scalar()
    {
        if (
            _tokens.Next is { Kind: TokenKind.Number } digits
            && digits.Text.Length > 0
            && digits.Value.Denominator.IsOne
            && _tokens.Peek(1).Is("_")
        )
        {
            _tokens.Skip(2);
            var braced = _tokens.TryTake("{");
            var numeralBase = _tokens.Take().Text;
            if (braced)
            {
                _tokens.Expect("}");
            }

            return new NumeralValue(digits.Text, numeralBase);
        }

        var form = _expressions.Sum();
        var parts = QuantityTokens.Take(_tokens);
        if (parts.Count == 0)
        {
            return new ScalarValue(form);
        }

        var tail = QuantityTail.Read(parts, _things, out var problem) ?? throw new MathSyntaxException(problem);
        return new ScalarValue(tail.Factor == 1 ? form : _algebra.Multiply(form, Form.Number(tail.Factor)), tail.Unit, tail.IsPercent);
    }
}
