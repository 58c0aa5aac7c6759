namespace SkillFactory.Tokenization.Templates;

/// <summary>A namespace: values that a template may set beyond the scope they are set in.</summary>
internal sealed class TemplateNamespace(IReadOnlyDictionary<string, object?> values)
    : Dictionary<string, object?>(values, StringComparer.Ordinal);
