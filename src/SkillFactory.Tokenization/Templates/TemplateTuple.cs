namespace SkillFactory.Tokenization.Templates;

/// <summary>Python's tuple: a list that is written in parentheses and never equals a list.</summary>
internal sealed class TemplateTuple(IEnumerable<object?> items) : List<object?>(items);
