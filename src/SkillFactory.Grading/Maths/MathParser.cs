namespace SkillFactory.Grading.Maths;

/// <summary>Reads a whole answer: lists, tuples, sets, intervals, matrices, equations and inequalities of expressions, and plain
/// text.</summary>
internal sealed class MathParser
{
    private const int MostItems = 64;

    private readonly TokenReader _tokens;
    private readonly ExpressionParser _expressions;
    private readonly Algebra _algebra;
    private readonly FormComparison _comparison;
    private int _depth;

    /// <param name="plus">See <see cref="ExpressionParser"/>.</param>
    public MathParser(IReadOnlyList<MathToken> tokens, WorkBudget budget, bool plus)
    {
        _tokens = new TokenReader(tokens);
        _algebra = new Algebra(budget);
        _comparison = new FormComparison(_algebra);
        var factoring = new Factoring(budget);
        var powers = new Powers(_algebra, factoring);
        _expressions = new ExpressionParser(_tokens, _algebra, powers, new Functions(_algebra, powers, factoring, _comparison), plus);
    }

    /// <summary>Natural language: words, and nothing that only mathematics has.</summary>
    public static bool IsText(IReadOnlyList<MathToken> tokens) =>
        tokens.Any(t => t.Kind == TokenKind.Word)
        && tokens.All(t =>
            t.Kind is TokenKind.Word or TokenKind.Letter or TokenKind.End
            || (t.Kind == TokenKind.Symbol && t.Text is "(" or ")" or "," or "-" or ";" or "or" or "in" or "to" or "{" or "}" or "!")
        );

    public MathValue Answer()
    {
        var items = Items();
        return _tokens.Next.Kind != TokenKind.End ? throw _tokens.Unexpected()
            : items.Count == 1 ? items[0]
            : new SetValue(items, IsBare: true);
    }

    /// <summary>One or more, separated by commas, semicolons or "and".</summary>
    private List<MathValue> Items()
    {
        if (++_depth > ExpressionParser.MaxDepth)
        {
            throw new BudgetExceededException($"nested deeper than {ExpressionParser.MaxDepth}");
        }

        List<MathValue> items = [Item()];
        while (TakeSeparator())
        {
            items.Add(items.Count < MostItems ? Item() : throw new BudgetExceededException($"a list of more than {MostItems}"));
        }

        _depth--;
        return items;
    }

    private bool TakeSeparator()
    {
        var any = false;
        while (_tokens.TryTake(",") || _tokens.TryTake(";") || _tokens.TryTake("or"))
        {
            any = true;
        }

        return any;
    }

    private MathValue Item()
    {
        var name = TakeName();
        if (name is not null)
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

    /// <summary>What is named before "=" or "∈": x, f(x), x_1, or a description in words.</summary>
    private string? TakeName()
    {
        var length = 0;
        var name = "";
        while (_tokens.Peek(length).Kind == TokenKind.Word)
        {
            name += _tokens.Peek(length++).Text;
        }

        if (length == 0 && _tokens.Next.Kind == TokenKind.Letter)
        {
            name = _tokens.Peek(length++).Text;
            var subscript = _tokens.Peek(1).Is("_") ? (_tokens.Peek(2).Is("{") && _tokens.Peek(4).Is("}") ? 4 : 2) : 0;
            name += string.Concat(Enumerable.Range(1, subscript).Select(i => _tokens.Peek(i).Text).Where(t => t is not ("{" or "}")));
            length += subscript;
            if (_tokens.Peek(length).Is("(") && _tokens.Peek(length + 1).Kind == TokenKind.Letter && _tokens.Peek(length + 2).Is(")"))
            {
                name += $"({_tokens.Peek(length + 1).Text})";
                length += 3;
            }
        }

        if (length == 0 || !(_tokens.Peek(length).Is("=") || _tokens.Peek(length).Is("in")))
        {
            return null;
        }

        _tokens.Skip(length);
        return name;
    }

    /// <summary>After the name: "= a", or "= a = b", of which the last side is the value.</summary>
    private EquationValue Equation(string name)
    {
        _tokens.Expect("=");
        var value = Union();
        while (_tokens.TryTake("="))
        {
            value = Union();
        }

        var difference =
            value is ScalarValue scalar && !name.Contains('(', StringComparison.Ordinal)
                ? _algebra.Subtract(
                    Form.Of(
                        name is "e" ? Atom.Euler
                        : name is "i" ? Atom.Imaginary
                        : Atom.Variable(name)
                    ),
                    scalar.Form
                )
                : null;
        return new EquationValue(name, value, difference);
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

    private MathValue Operand()
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

    /// <summary>A tuple, or an interval: with a square bracket or an infinity.</summary>
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

        // {x | x > 2}: the condition.
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

            if (rows.Count > MostItems || row.Count > MostItems)
            {
                throw new BudgetExceededException("a matrix that is too large");
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
        if (_tokens.TryTake("%"))
        {
            SkipUnit();
            return new ScalarValue(form, Percent: true);
        }

        return new ScalarValue(form, SkipUnit());
    }

    /// <summary>Words, a degree sign or currency after a number, with exponents and "per": not part of the number.</summary>
    private string? SkipUnit()
    {
        string? unit = null;
        var first = true;
        while (true)
        {
            if (_tokens.Next.Kind == TokenKind.Word)
            {
                var word = _tokens.Take().Text;
                unit = first ? Units.Of(word) : unit;
            }
            else if (
                _tokens.TryTake("deg")
                || (_tokens.Next.Is("^") && _tokens.Peek(1).Is("deg") && Skipped(2))
                || (_tokens.Next.Is("^") && _tokens.Peek(2).Is("deg") && _tokens.Peek(1).Is("{") && Skipped(4))
            )
            {
                unit = first ? "degree" : unit;
            }
            else if (!first && _tokens.Next.Is("^") && _tokens.Peek(1).Kind == TokenKind.Number)
            {
                unit += $"^{_tokens.Peek(1).Text}";
                _tokens.Skip(2);
            }
            else if (
                !first
                && _tokens.Next.Is("^")
                && _tokens.Peek(1).Is("{")
                && _tokens.Peek(2).Kind == TokenKind.Number
                && _tokens.Peek(3).Is("}")
            )
            {
                unit += $"^{_tokens.Peek(2).Text}";
                _tokens.Skip(4);
            }
            else if (!first && _tokens.Next.Is("/") && _tokens.Peek(1).Kind == TokenKind.Word)
            {
                _tokens.Skip(1);
                unit = unit is null ? null : $"{unit}/{Units.Of(_tokens.Next.Text)}";
            }
            else
            {
                return unit;
            }

            first = false;
        }
    }

    private bool Skipped(int count)
    {
        _tokens.Skip(count);
        return true;
    }
}
