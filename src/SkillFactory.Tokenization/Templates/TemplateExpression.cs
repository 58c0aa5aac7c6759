namespace SkillFactory.Tokenization.Templates;

internal abstract record TemplateExpression(int Line)
{
    public abstract object? Evaluate(TemplateScope scope);
}

internal sealed record Literal(object? Value, int Line) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope) => Value;
}

internal sealed record ListLiteral(IReadOnlyList<TemplateExpression> Items, int Line) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope) => Items.Select(i => i.Evaluate(scope)).ToList();
}

internal sealed record TupleLiteral(IReadOnlyList<TemplateExpression> Items, int Line) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope) => new TemplateTuple([.. Items.Select(i => i.Evaluate(scope))]);
}

internal sealed record DictionaryLiteral(IReadOnlyList<(TemplateExpression Key, TemplateExpression Value)> Items, int Line)
    : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope)
    {
        var map = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (key, value) in Items)
        {
            var name = key.Evaluate(scope);
            map[
                name as string
                    ?? throw new TemplateException(
                        Line,
                        $"a key of a dictionary is {TemplateValue.NameOf(name)}; only strings are supported"
                    )
            ] = value.Evaluate(scope);
        }

        return map;
    }
}

internal sealed record Variable(string Name, int Line) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope) => scope[Name];
}

internal sealed record MemberAccess(TemplateExpression Target, TemplateExpression Key, int Line) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope) => TemplateValue.Member(Target.Evaluate(scope), Key.Evaluate(scope), Line);
}

internal sealed record Slicing(
    TemplateExpression Target,
    TemplateExpression? From,
    TemplateExpression? To,
    TemplateExpression? Step,
    int Line
) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope) =>
        TemplateValue.Slice(Target.Evaluate(scope), Bound(From, scope), Bound(To, scope), Bound(Step, scope), Line);

    private long? Bound(TemplateExpression? bound, TemplateScope scope) =>
        bound?.Evaluate(scope) switch
        {
            null => null,
            long n => n,
            var other => throw new TemplateException(Line, $"a slice bound is {TemplateValue.NameOf(other)}; expected a whole number"),
        };
}

/// <summary>The arguments of a call, filter or test as they are written.</summary>
internal sealed record ArgumentList(IReadOnlyList<TemplateExpression> Positional, IReadOnlyDictionary<string, TemplateExpression> Named)
{
    public static ArgumentList Empty { get; } = new([], new Dictionary<string, TemplateExpression>());

    public TemplateArguments Evaluate(string what, TemplateScope scope, int line) =>
        new(
            what,
            [.. Positional.Select(a => a.Evaluate(scope))],
            Named.ToDictionary(n => n.Key, n => n.Value.Evaluate(scope), StringComparer.Ordinal),
            line
        );
}

internal sealed record Call(TemplateExpression Target, ArgumentList Arguments, int Line) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope)
    {
        if (Target is MemberAccess { Key: Literal { Value: string method } } member)
        {
            return TemplateMethods.Call(member.Target.Evaluate(scope), method, Arguments.Evaluate($"the method '{method}'", scope, Line));
        }

        var name = (Target as Variable)?.Name ?? "(expression)";
        return Target.Evaluate(scope) is TemplateFunction function
            ? function(Arguments.Evaluate($"the function '{name}'", scope, Line))
            : throw new TemplateException(Line, $"the function '{name}' is not supported");
    }
}

internal sealed record FilterCall(TemplateExpression Value, string Name, ArgumentList Arguments, int Line) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope) =>
        TemplateFilters.Apply(Name, Value.Evaluate(scope), Arguments.Evaluate($"the filter '{Name}'", scope, Line));
}

internal sealed record TestCall(TemplateExpression Value, string Name, ArgumentList Arguments, int Line) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope) =>
        TemplateTests.Holds(Name, Value.Evaluate(scope), Arguments.Evaluate($"the test '{Name}'", scope, Line));
}

internal sealed record Negation(TemplateExpression Value, int Line) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope) => !TemplateValue.IsTrue(Value.Evaluate(scope));
}

internal sealed record Negative(TemplateExpression Value, int Line) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope) => TemplateNumber.Negative(Value.Evaluate(scope), Line);
}

internal sealed record Conditional(TemplateExpression Condition, TemplateExpression Then, TemplateExpression? Otherwise, int Line)
    : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope) =>
        TemplateValue.IsTrue(Condition.Evaluate(scope)) ? Then.Evaluate(scope)
        : Otherwise is null ? TemplateValue.Undefined
        : Otherwise.Evaluate(scope);
}

internal sealed record Binary(string Operator, TemplateExpression Left, TemplateExpression Right, int Line) : TemplateExpression(Line)
{
    public override object? Evaluate(TemplateScope scope)
    {
        var left = Left.Evaluate(scope);
        switch (Operator)
        {
            case "and":
                return TemplateValue.IsTrue(left) ? Right.Evaluate(scope) : left;
            case "or":
                return TemplateValue.IsTrue(left) ? left : Right.Evaluate(scope);
        }

        var right = Right.Evaluate(scope);
        return Operator switch
        {
            "==" => TemplateValue.Equals(left, right),
            "!=" => !TemplateValue.Equals(left, right),
            "<" => TemplateValue.Compare(left, right, Line) < 0,
            "<=" => TemplateValue.Compare(left, right, Line) <= 0,
            ">" => TemplateValue.Compare(left, right, Line) > 0,
            ">=" => TemplateValue.Compare(left, right, Line) >= 0,
            "in" => TemplateValue.Contains(right, left, Line),
            "not in" => !TemplateValue.Contains(right, left, Line),
            "~" => TemplateValue.Text(left, Line) + TemplateValue.Text(right, Line),
            _ => TemplateNumber.Arithmetic(Operator, left, right, Line),
        };
    }
}
