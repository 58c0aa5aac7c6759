using System.Collections;

namespace SkillFactory.Tokenization.Templates;

/// <summary>What a value is assigned to.</summary>
internal abstract record TemplateTarget
{
    public abstract void Assign(TemplateScope scope, object? value, int line);
}

internal sealed record NameTarget(string Name) : TemplateTarget
{
    public override void Assign(TemplateScope scope, object? value, int line) => scope[Name] = value;
}

/// <summary>A value of a namespace.</summary>
internal sealed record MemberTarget(string Name, string Member) : TemplateTarget
{
    public override void Assign(TemplateScope scope, object? value, int line)
    {
        if (scope[Name] is not TemplateNamespace space)
        {
            throw new TemplateException(line, $"'{Name}.{Member}' is set, but '{Name}' is not a namespace");
        }

        space[Member] = value;
    }
}

internal sealed record TupleTarget(IReadOnlyList<TemplateTarget> Items) : TemplateTarget
{
    public override void Assign(TemplateScope scope, object? value, int line)
    {
        var parts = value is IList or string ? TemplateValue.Items(value, line).ToList() : null;
        if (parts?.Count != Items.Count)
        {
            throw new TemplateException(line, $"{Items.Count} names are set from {TemplateValue.NameOf(value)}");
        }

        for (var i = 0; i < parts.Count; i++)
        {
            Items[i].Assign(scope, parts[i], line);
        }
    }
}
