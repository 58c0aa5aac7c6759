using System.Globalization;

namespace SkillFactory.Tokenization.Templates;

/// <summary>Parses expressions with Jinja's precedence: if-else, or, and, not, comparison, + and -, ~, * and /, sign, member, filter and
/// test.</summary>
internal sealed class ExpressionParser(TemplateTokens tokens)
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private int _depth;

    public TemplateExpression Read()
    {
        if (++_depth > TemplateTokens.MaxNesting)
        {
            throw new TemplateException(tokens.Current.Line, "an expression is nested too deeply");
        }

        var value = ReadWithoutCondition();
        while (tokens.Current is var token && tokens.TakeName("if"))
        {
            var condition = ReadWithoutCondition();
            value = new Conditional(condition, value, tokens.TakeName("else") ? Read() : null, token.Line);
        }

        _depth--;
        return value;
    }

    /// <summary>An expression without a trailing "if", which filters a loop instead.</summary>
    public TemplateExpression ReadWithoutCondition()
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

    private TemplateExpression Sum() => Chain(["+", "-"], () => Chain(["~"], () => Chain(["*", "/", "//", "%"], Sign)));

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

    private TemplateExpression Sign()
    {
        var token = tokens.Current;
        if (tokens.TakeOperator("-"))
        {
            return FiltersAndTests(new Binary("-", new Literal(0L, token.Line), Postfix(Primary()), token.Line));
        }

        tokens.TakeOperator("+");
        return FiltersAndTests(Postfix(Primary()));
    }

    private TemplateExpression FiltersAndTests(TemplateExpression value)
    {
        while (true)
        {
            var line = tokens.Current.Line;
            if (tokens.TakeOperator("|"))
            {
                var name = tokens.Expect(TemplateTokenKind.Name).Text;
                value = new FilterCall(value, name, tokens.IsOperator("(") ? Arguments().Positional : [], line);
            }
            else if (tokens.TakeName("is"))
            {
                var negated = tokens.TakeName("not");
                var name = tokens.Expect(TemplateTokenKind.Name).Text;
                TemplateExpression test = new TestCall(value, name, TestArguments(), line);
                value = negated ? new Negation(test, line) : test;
            }
            else
            {
                return value;
            }
        }
    }

    private IReadOnlyList<TemplateExpression> TestArguments()
    {
        if (tokens.IsOperator("("))
        {
            return Arguments().Positional;
        }

        return tokens.Current.Kind is TemplateTokenKind.String or TemplateTokenKind.Number ? [Postfix(Primary())] : [];
    }

    private TemplateExpression Postfix(TemplateExpression value)
    {
        while (true)
        {
            var line = tokens.Current.Line;
            if (tokens.TakeOperator("."))
            {
                value = new MemberAccess(value, new Literal(tokens.Expect(TemplateTokenKind.Name).Text, line), line);
            }
            else if (tokens.TakeOperator("["))
            {
                value = Subscript(value, line);
            }
            else if (tokens.IsOperator("("))
            {
                var (positional, named) = Arguments();
                value = new Call(value, positional, named, line);
            }
            else
            {
                return value;
            }
        }
    }

    private TemplateExpression Subscript(TemplateExpression target, int line)
    {
        TemplateExpression? Bound() => tokens.IsOperator(":") || tokens.IsOperator("]") ? null : Read();
        var from = Bound();
        if (!tokens.TakeOperator(":"))
        {
            tokens.Expect(TemplateTokenKind.Operator, "]");
            return new MemberAccess(target, from ?? throw new TemplateException(line, "a subscript '[]' is empty"), line);
        }

        var to = Bound();
        var step = tokens.TakeOperator(":") ? Bound() : null;
        tokens.Expect(TemplateTokenKind.Operator, "]");
        return new Slicing(target, from, to, step, line);
    }

    private (IReadOnlyList<TemplateExpression> Positional, IReadOnlyDictionary<string, TemplateExpression> Named) Arguments()
    {
        tokens.Expect(TemplateTokenKind.Operator, "(");
        var positional = new List<TemplateExpression>();
        var named = new Dictionary<string, TemplateExpression>(StringComparer.Ordinal);
        while (!tokens.TakeOperator(")"))
        {
            var value = Read();
            if (value is Variable name && tokens.TakeOperator("="))
            {
                named[name.Name] = Read();
            }
            else
            {
                positional.Add(value);
            }

            if (!tokens.IsOperator(")"))
            {
                tokens.Expect(TemplateTokenKind.Operator, ",");
            }
        }

        return (positional, named);
    }

    private TemplateExpression Primary()
    {
        var token = tokens.Next();
        switch (token.Kind)
        {
            case TemplateTokenKind.String:
                var text = token.Text;
                while (tokens.Current.Kind == TemplateTokenKind.String)
                {
                    text += tokens.Next().Text;
                }

                return new Literal(text, token.Line);
            case TemplateTokenKind.Number:
                return long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
                    ? new Literal(whole, token.Line)
                    : new Literal(double.Parse(token.Text, CultureInfo.InvariantCulture), token.Line);
            case TemplateTokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new Literal(true, token.Line),
                    "false" or "False" => new Literal(false, token.Line),
                    "none" or "None" => new Literal(null, token.Line),
                    _ => new Variable(token.Text, token.Line),
                };
            case TemplateTokenKind.Operator when token.Text == "(":
                var (inner, comma) = Items(")", token.Line);
                return inner is [var only] && !comma ? only : new ListLiteral(inner, token.Line);
            case TemplateTokenKind.Operator when token.Text == "[":
                return new ListLiteral(Items("]", token.Line).Items, token.Line);
            case TemplateTokenKind.Operator when token.Text == "{":
                return Dictionary(token.Line);
            default:
                throw new TemplateException(token.Line, $"found '{token.Text}'; expected a value");
        }
    }

    private (List<TemplateExpression> Items, bool TrailingComma) Items(string close, int line)
    {
        var items = new List<TemplateExpression>();
        var comma = false;
        while (!tokens.TakeOperator(close))
        {
            if (items.Count > 0 && !comma)
            {
                throw new TemplateException(line, $"found '{tokens.Current.Text}'; expected ',' or '{close}'");
            }

            items.Add(Read());
            comma = tokens.TakeOperator(",");
        }

        return (items, comma);
    }

    private DictionaryLiteral Dictionary(int line)
    {
        var items = new List<(TemplateExpression, TemplateExpression)>();
        while (!tokens.TakeOperator("}"))
        {
            var key = Read();
            tokens.Expect(TemplateTokenKind.Operator, ":");
            items.Add((key, Read()));
            if (!tokens.IsOperator("}"))
            {
                tokens.Expect(TemplateTokenKind.Operator, ",");
            }
        }

        return new DictionaryLiteral(items, line);
    }
}
