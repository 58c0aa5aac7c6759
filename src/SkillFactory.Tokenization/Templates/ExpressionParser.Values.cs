using System.Globalization;

namespace SkillFactory.Tokenization.Templates;

/// <summary>Values: literals, lists, dictionaries, members, slices, calls.</summary>
internal sealed partial class ExpressionParser
{
    private TemplateExpression Postfix(TemplateExpression value)
    {
        while (true)
        {
            var line = tokens.Current.Line;
            if (tokens.TakeOperator("."))
            {
                value = new MemberAccess(value, MemberName(), line);
            }
            else if (tokens.TakeOperator("["))
            {
                value = Subscript(value, line);
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

    /// <summary>What follows a dot: a name or an index.</summary>
    private Literal MemberName()
    {
        var token = tokens.Next();
        return token.Kind == TemplateTokenKind.Name ? new Literal(token.Text, token.Line)
            : token.Kind == TemplateTokenKind.Number && Number(token) is { Value: long } index ? index
            : throw new TemplateException(token.Line, $"found '{token.Text}'; expected a name or a number");
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

    private ArgumentList Arguments()
    {
        tokens.Expect(TemplateTokenKind.Operator, "(");
        var positional = new List<TemplateExpression>();
        var named = new Dictionary<string, TemplateExpression>(StringComparer.Ordinal);
        while (!tokens.TakeOperator(")"))
        {
            var line = tokens.Current.Line;
            var value = Read();
            if (value is Variable name && tokens.TakeOperator("="))
            {
                named[name.Name] = Read();
            }
            else if (named.Count == 0)
            {
                positional.Add(value);
            }
            else
            {
                throw new TemplateException(line, "an argument without a name follows one with a name");
            }

            if (!tokens.IsOperator(")"))
            {
                tokens.Expect(TemplateTokenKind.Operator, ",");
            }
        }

        return new ArgumentList(positional, named);
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
                return Number(token);
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
                return inner is [var only] && !comma ? only : new TupleLiteral(inner, token.Line);
            case TemplateTokenKind.Operator when token.Text == "[":
                return new ListLiteral(Items("]", token.Line).Items, token.Line);
            case TemplateTokenKind.Operator when token.Text == "{":
                return Dictionary(token.Line);
            default:
                throw new TemplateException(token.Line, $"found '{token.Text}'; expected a value");
        }
    }

    private static Literal Number(TemplateToken token)
    {
        var digits = token.Text.Replace("_", "", StringComparison.Ordinal);
        var isBased = digits.Length > 2 && digits[0] == '0' && char.IsAsciiLetter(digits[1]);
        return isBased ? new Literal(Based(digits[2..], char.ToLowerInvariant(digits[1]), token.Line), token.Line)
            : long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? new Literal(whole, token.Line)
            : digits.All(char.IsAsciiDigit) ? throw new TemplateException(token.Line, $"the number {token.Text} is too large")
            : new Literal(double.Parse(digits, CultureInfo.InvariantCulture), token.Line);
    }

    private static long Based(string digits, char kind, int line)
    {
        try
        {
            return Convert.ToInt64(
                digits,
                kind == 'x' ? 16
                    : kind == 'o' ? 8
                    : 2
            );
        }
        catch (Exception error) when (error is OverflowException or FormatException)
        {
            throw new TemplateException(line, $"the number '{digits}' is too large");
        }
    }

    private TemplateExpression Tuple(Func<TemplateExpression> item)
    {
        var line = tokens.Current.Line;
        var first = item();
        if (!tokens.IsOperator(","))
        {
            return first;
        }

        var items = new List<TemplateExpression> { first };
        while (tokens.TakeOperator(","))
        {
            if (tokens.Current.Kind is TemplateTokenKind.BlockEnd or TemplateTokenKind.OutputEnd || tokens.IsOperator(")"))
            {
                break;
            }

            items.Add(item());
        }

        return new TupleLiteral(items, line);
    }

    private void Enter()
    {
        if (++_depth > TemplateTokens.MaxNesting)
        {
            throw new TemplateException(tokens.Current.Line, "an expression is nested too deeply");
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
