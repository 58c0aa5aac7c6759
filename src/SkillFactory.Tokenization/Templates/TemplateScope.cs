namespace SkillFactory.Tokenization.Templates;

/// <summary>Variables by name. An inner scope hides the variables of outer ones.</summary>
internal sealed class TemplateScope(TemplateScope? outer, Dictionary<string, object?> variables)
{
    public object? this[string name]
    {
        get =>
            variables.TryGetValue(name, out var value) ? value
            : outer is null ? TemplateValue.Undefined
            : outer[name];
        set => variables[name] = value;
    }

    public TemplateScope Inner() => new(this, new Dictionary<string, object?>(StringComparer.Ordinal));
}
