using System.Runtime.CompilerServices;
using System.Text;

namespace SkillFactory.Tokenization.Templates;

/// <summary>How a statement ended.</summary>
internal enum TemplateFlow
{
    Next,
    Break,
    Continue,
}

internal abstract record TemplateStatement(int Line)
{
    public abstract TemplateFlow Render(TemplateScope scope, StringBuilder output);

    /// <summary>Renders statements up to one that leaves the turn of a loop.</summary>
    public static TemplateFlow RenderAll(IReadOnlyList<TemplateStatement> body, TemplateScope scope, StringBuilder output)
    {
        foreach (var statement in body)
        {
            var flow = statement.Render(scope, output);
            if (flow != TemplateFlow.Next)
            {
                return flow;
            }
        }

        return TemplateFlow.Next;
    }
}

internal sealed record TextStatement(string Text, int Line) : TemplateStatement(Line)
{
    public override TemplateFlow Render(TemplateScope scope, StringBuilder output)
    {
        output.Append(Text);
        return TemplateFlow.Next;
    }
}

internal sealed record OutputStatement(TemplateExpression Value, int Line) : TemplateStatement(Line)
{
    public override TemplateFlow Render(TemplateScope scope, StringBuilder output)
    {
        output.Append(TemplateValue.Text(Value.Evaluate(scope), Line));
        return TemplateFlow.Next;
    }
}

/// <summary>"break" or "continue".</summary>
internal sealed record FlowStatement(TemplateFlow Flow, int Line) : TemplateStatement(Line)
{
    public override TemplateFlow Render(TemplateScope scope, StringBuilder output) => Flow;
}

internal sealed record IfStatement(
    IReadOnlyList<(TemplateExpression Condition, IReadOnlyList<TemplateStatement> Body)> Branches,
    IReadOnlyList<TemplateStatement> Otherwise,
    int Line
) : TemplateStatement(Line)
{
    public override TemplateFlow Render(TemplateScope scope, StringBuilder output)
    {
        foreach (var (condition, body) in Branches)
        {
            if (TemplateValue.IsTrue(condition.Evaluate(scope)))
            {
                return RenderAll(body, scope, output);
            }
        }

        return RenderAll(Otherwise, scope, output);
    }
}

/// <summary><c>set name = value</c>, <c>set space.name = value</c>, or <c>set name</c> with a body, which filters may follow.</summary>
/// <param name="Value">The value; it reads a body as <see cref="BodyName"/>.</param>
/// <param name="Body">Null unless the value comes from a body.</param>
internal sealed record SetStatement(TemplateTarget Target, TemplateExpression Value, IReadOnlyList<TemplateStatement>? Body, int Line)
    : TemplateStatement(Line)
{
    /// <summary>No template can use this name.</summary>
    public const string BodyName = "(body)";

    public override TemplateFlow Render(TemplateScope scope, StringBuilder output)
    {
        if (Body is null)
        {
            Target.Assign(scope, Value.Evaluate(scope), Line);
            return TemplateFlow.Next;
        }

        var text = new StringBuilder();
        var inner = scope.Inner();
        var flow = RenderAll(Body, inner, text);
        inner[BodyName] = text.ToString();
        Target.Assign(scope, Value.Evaluate(inner), Line);
        return flow;
    }
}

/// <summary>Marks text that the model wrote. It does not change the text.</summary>
internal sealed record GenerationStatement(IReadOnlyList<TemplateStatement> Body, int Line) : TemplateStatement(Line)
{
    public override TemplateFlow Render(TemplateScope scope, StringBuilder output) => RenderAll(Body, scope.Inner(), output);
}

/// <summary>A function written in the template. It sees the variables of the scope that it is written in.</summary>
internal sealed record MacroStatement(
    string Name,
    IReadOnlyList<(string Name, TemplateExpression? Default)> Parameters,
    IReadOnlyList<TemplateStatement> Body,
    int Line
) : TemplateStatement(Line)
{
    public override TemplateFlow Render(TemplateScope scope, StringBuilder output)
    {
        scope[Name] = (TemplateFunction)(arguments => Call(scope, arguments));
        return TemplateFlow.Next;
    }

    private string Call(TemplateScope scope, TemplateArguments arguments)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateException(arguments.Line, $"the macro '{Name}' calls itself too often");
        }

        var inner = scope.Inner();
        var values = (arguments with { What = $"the macro '{Name}'" }).Bind([.. Parameters.Select(p => p.Name)]);
        for (var i = 0; i < values.Length; i++)
        {
            inner[Parameters[i].Name] =
                values[i] == TemplateValue.Undefined && Parameters[i].Default is { } otherwise ? otherwise.Evaluate(inner) : values[i];
        }

        var text = new StringBuilder();
        RenderAll(Body, inner, text);
        return text.ToString();
    }
}
