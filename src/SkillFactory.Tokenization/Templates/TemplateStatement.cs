using System.Collections;
using System.Text;

namespace SkillFactory.Tokenization.Templates;

internal abstract record TemplateStatement(int Line)
{
    public abstract void Render(TemplateScope scope, StringBuilder output);

    public static void RenderAll(IReadOnlyList<TemplateStatement> body, TemplateScope scope, StringBuilder output)
    {
        foreach (var statement in body)
        {
            statement.Render(scope, output);
        }
    }
}

internal sealed record TextStatement(string Text, int Line) : TemplateStatement(Line)
{
    public override void Render(TemplateScope scope, StringBuilder output) => output.Append(Text);
}

internal sealed record OutputStatement(TemplateExpression Value, int Line) : TemplateStatement(Line)
{
    public override void Render(TemplateScope scope, StringBuilder output) =>
        output.Append(TemplateValue.Text(Value.Evaluate(scope), Line));
}

internal sealed record IfStatement(
    IReadOnlyList<(TemplateExpression Condition, IReadOnlyList<TemplateStatement> Body)> Branches,
    IReadOnlyList<TemplateStatement> Otherwise,
    int Line
) : TemplateStatement(Line)
{
    public override void Render(TemplateScope scope, StringBuilder output)
    {
        foreach (var (condition, body) in Branches)
        {
            if (TemplateValue.IsTrue(condition.Evaluate(scope)))
            {
                RenderAll(body, scope, output);
                return;
            }
        }

        RenderAll(Otherwise, scope, output);
    }
}

/// <summary>A loop. As in Jinja, a variable set in the body lasts for one iteration; a namespace keeps values beyond it.</summary>
internal sealed record ForStatement(
    IReadOnlyList<string> Names,
    TemplateExpression Items,
    TemplateExpression? Filter,
    IReadOnlyList<TemplateStatement> Body,
    IReadOnlyList<TemplateStatement> Otherwise,
    int Line
) : TemplateStatement(Line)
{
    public override void Render(TemplateScope scope, StringBuilder output)
    {
        var turns = new List<(TemplateScope Scope, object? Item)>();
        foreach (var item in TemplateValue.Items(Items.Evaluate(scope), Line))
        {
            var inner = scope.Inner();
            Bind(inner, item);
            if (Filter is null || TemplateValue.IsTrue(Filter.Evaluate(inner)))
            {
                turns.Add((inner, item));
            }
        }

        for (var i = 0; i < turns.Count; i++)
        {
            turns[i].Scope["loop"] = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["index0"] = (long)i,
                ["index"] = (long)i + 1,
                ["first"] = i == 0,
                ["last"] = i == turns.Count - 1,
                ["length"] = (long)turns.Count,
                ["revindex"] = (long)turns.Count - i,
                ["revindex0"] = (long)turns.Count - i - 1,
                ["previtem"] = i > 0 ? turns[i - 1].Item : TemplateValue.Undefined,
                ["nextitem"] = i + 1 < turns.Count ? turns[i + 1].Item : TemplateValue.Undefined,
            };
            RenderAll(Body, turns[i].Scope, output);
        }

        if (turns.Count == 0)
        {
            RenderAll(Otherwise, scope, output);
        }
    }

    private void Bind(TemplateScope scope, object? item)
    {
        if (Names.Count == 1)
        {
            scope[Names[0]] = item;
            return;
        }

        if (item is not IList parts || parts.Count != Names.Count)
        {
            throw new TemplateException(Line, $"a loop over {Names.Count} names meets {TemplateValue.NameOf(item)}");
        }

        for (var i = 0; i < Names.Count; i++)
        {
            scope[Names[i]] = parts[i];
        }
    }
}

/// <summary><c>set name = value</c>, <c>set space.name = value</c>, or <c>set name</c> with a body.</summary>
internal sealed record SetStatement(string Name, string? Member, TemplateExpression? Value, IReadOnlyList<TemplateStatement> Body, int Line)
    : TemplateStatement(Line)
{
    public override void Render(TemplateScope scope, StringBuilder output)
    {
        var value = Value is null ? RenderBody(scope) : Value.Evaluate(scope);
        if (Member is null)
        {
            scope[Name] = value;
        }
        else if (scope[Name] is Dictionary<string, object?> space)
        {
            space[Member] = value;
        }
        else
        {
            throw new TemplateException(Line, $"'{Name}.{Member}' is set, but '{Name}' is not a namespace");
        }
    }

    private string RenderBody(TemplateScope scope)
    {
        var text = new StringBuilder();
        RenderAll(Body, scope.Inner(), text);
        return text.ToString();
    }
}

/// <summary>Marks text that the model wrote. It does not change the text.</summary>
internal sealed record GenerationStatement(IReadOnlyList<TemplateStatement> Body, int Line) : TemplateStatement(Line)
{
    public override void Render(TemplateScope scope, StringBuilder output) => RenderAll(Body, scope, output);
}
