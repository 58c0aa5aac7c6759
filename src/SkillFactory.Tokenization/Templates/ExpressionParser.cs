namespace SkillFactory.Tokenization.Templates;

/// <summary>Parses expressions with Jinja's precedence: if-else, or, and, not, comparison, + and -, ~, * and /, **, sign, member, filter
/// and test.</summary>
internal sealed partial class ExpressionParser(TemplateTokens tokens)
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private int _depth;

    public TemplateExpression Read()
    {
        Enter();
        var value = ReadWithoutCondition();
        while (tokens.Current is var token && tokens.TakeName("if"))
        {
            var condition = ReadWithoutCondition();
            value = new Conditional(condition, value, tokens.TakeName("else") ? Read() : null, token.Line);
        }

        _depth--;
        return value;
    }

    /// <summary>An expression, or a tuple when commas follow.</summary>
    public TemplateExpression ReadTuple() => Tuple(Read);

    /// <summary>The same without a trailing "if", which filters a loop instead.</summary>
    public TemplateExpression ReadTupleWithoutCondition() => Tuple(ReadWithoutCondition);

    /// <summary>The filters, if any, of a value that is not written here.</summary>
    public TemplateExpression ReadFilters(TemplateExpression value)
    {
        while (tokens.Current is var token && tokens.TakeOperator("|"))
        {
            value = Filter(value, token.Line);
        }

        return value;
    }

    private TemplateExpression ReadWithoutCondition()
    {
        var left = And();
        while (tokens.Current is var token && tokens.TakeName("or"))
        {
            left = new Binary("or", left, And(), token.Line);
        }

        return left;
    }

    private TemplateExpression And()
    {
        var left = Not();
        while (tokens.Current is var token && tokens.TakeName("and"))
        {
            left = new Binary("and", left, Not(), token.Line);
        }

        return left;
    }

    private TemplateExpression Not()
    {
        var negations = 0;
        var line = tokens.Current.Line;
        while (tokens.TakeName("not"))
        {
            negations++;
        }

        var value = Comparison();
        return negations == 0 ? value : new Negation(negations % 2 == 1 ? value : new Negation(value, line), line);
    }

    private TemplateExpression Comparison()
    {
        var left = Sum();
        TemplateExpression? all = null;
        while (tokens.Current is var token && ComparisonOperator() is { } op)
        {
            var right = Sum();
            var one = new Binary(op, left, right, token.Line);
            all = all is null ? one : new Binary("and", all, one, token.Line);
            left = right;
        }

        return all ?? left;
    }

    private string? ComparisonOperator()
    {
        foreach (var op in Comparisons)
        {
            if (tokens.TakeOperator(op))
            {
                return op;
            }
        }

        if (tokens.TakeName("in"))
        {
            return "in";
        }

        // Here "not" can only begin "not in".
        if (!tokens.TakeName("not"))
        {
            return null;
        }

        tokens.Expect(TemplateTokenKind.Name, "in");
        return "not in";
    }

    private TemplateExpression Sum() => Chain(["+", "-"], () => Chain(["~"], Product));

    private TemplateExpression Product() => Chain(["*", "/", "//", "%"], () => Chain(["**"], () => Sign(withFilters: true)));

    private TemplateExpression Chain(string[] operators, Func<TemplateExpression> operand)
    {
        var left = operand();
        while (tokens.Current is { Kind: TemplateTokenKind.Operator } token && operators.Contains(token.Text))
        {
            tokens.Next();
            left = new Binary(token.Text, left, operand(), token.Line);
        }

        return left;
    }

    private TemplateExpression Sign(bool withFilters)
    {
        Enter();
        var line = tokens.Current.Line;
        var value =
            tokens.TakeOperator("-") ? new Negative(Sign(withFilters: false), line)
            : tokens.TakeOperator("+") ? Sign(withFilters: false)
            : Primary();
        _depth--;
        value = Postfix(value);
        return withFilters ? FiltersAndTests(value) : value;
    }

    private TemplateExpression FiltersAndTests(TemplateExpression value)
    {
        while (true)
        {
            var line = tokens.Current.Line;
            if (tokens.TakeOperator("|"))
            {
                value = Filter(value, line);
            }
            else if (tokens.TakeName("is"))
            {
                var negated = tokens.TakeName("not");
                var name = tokens.Expect(TemplateTokenKind.Name).Text;
                TemplateExpression test = new TestCall(value, name, TestArguments(), line);
                value = negated ? new Negation(test, line) : test;
            }
            else if (tokens.IsOperator("("))
            {
                value = new Call(value, Arguments(), line);
            }
            else
            {
                return value;
            }
        }
    }

    private FilterCall Filter(TemplateExpression value, int line)
    {
        var name = tokens.Expect(TemplateTokenKind.Name).Text;
        return new FilterCall(value, name, tokens.IsOperator("(") ? Arguments() : ArgumentList.Empty, line);
    }

    /// <summary>Arguments in parentheses, or one value that follows.</summary>
    private ArgumentList TestArguments()
    {
        if (tokens.IsOperator("("))
        {
            return Arguments();
        }

        var token = tokens.Current;
        if (token is { Kind: TemplateTokenKind.Name, Text: "is" })
        {
            throw new TemplateException(token.Line, "tests with 'is' cannot be chained");
        }

        var follows =
            token.Kind is TemplateTokenKind.String or TemplateTokenKind.Number
            || token is { Kind: TemplateTokenKind.Name, Text: not ("else" or "or" or "and") }
            || tokens.IsOperator("[")
            || tokens.IsOperator("{");
        return follows ? ArgumentList.Empty with { Positional = [Postfix(Primary())] } : ArgumentList.Empty;
    }
}
