using System.Text;

namespace SkillFactory.Tokenization.Templates;

/// <summary>A loop. As in Jinja, a variable set in the body lasts for one turn; a namespace keeps values beyond it.</summary>
internal sealed record ForStatement(
    TemplateTarget Target,
    TemplateExpression Items,
    TemplateExpression? Filter,
    IReadOnlyList<TemplateStatement> Body,
    IReadOnlyList<TemplateStatement> Otherwise,
    int Line
) : TemplateStatement(Line)
{
    public override TemplateFlow Render(TemplateScope scope, StringBuilder output)
    {
        var turns = new List<(TemplateScope Scope, object? Item)>();
        foreach (var item in TemplateValue.Items(Items.Evaluate(scope), Line))
        {
            var inner = scope.Inner();
            Target.Assign(inner, item, Line);
            if (Filter is null || TemplateValue.IsTrue(Filter.Evaluate(inner)))
            {
                turns.Add((inner, item));
            }
        }

        if (turns.Count == 0)
        {
            return RenderAll(Otherwise, scope.Inner(), output);
        }

        object? last = TemplateValue.Undefined;
        for (var i = 0; i < turns.Count; i++)
        {
            turns[i].Scope["loop"] = Loop(turns, i);
            if (RenderAll(Body, turns[i].Scope, output) == TemplateFlow.Break)
            {
                break;
            }
        }

        return TemplateFlow.Next;

        Dictionary<string, object?> Loop(List<(TemplateScope Scope, object? Item)> all, int at) =>
            new(StringComparer.Ordinal)
            {
                ["index0"] = (long)at,
                ["index"] = (long)at + 1,
                ["first"] = at == 0,
                ["last"] = at == all.Count - 1,
                ["length"] = (long)all.Count,
                ["revindex"] = (long)all.Count - at,
                ["revindex0"] = (long)all.Count - at - 1,
                ["depth"] = 1L,
                ["depth0"] = 0L,
                ["previtem"] = at > 0 ? all[at - 1].Item : TemplateValue.Undefined,
                ["nextitem"] = at + 1 < all.Count ? all[at + 1].Item : TemplateValue.Undefined,
                ["cycle"] = (TemplateFunction)(
                    arguments =>
                        arguments.Positional.Count > 0
                            ? arguments.Positional[at % arguments.Positional.Count]
                            : throw new TemplateException(arguments.Line, "loop.cycle needs values")
                ),
                ["changed"] = (TemplateFunction)(
                    arguments =>
                    {
                        var current = new TemplateTuple(arguments.Positional);
                        var changed = !TemplateValue.Equals(last, current);
                        last = current;
                        return changed;
                    }
                ),
            };
    }
}
