namespace SkillFactory.Core.YamlBinding;

/// <summary>A single value.</summary>
/// <param name="Text">The scalar's text, without quotes.</param>
/// <param name="Plain">Unquoted. Only plain scalars can be numbers, booleans or null.</param>
public sealed record YamlScalar(string Text, bool Plain, int Line) : YamlNode(Line)
{
    public bool IsNull => Plain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override YamlNode WithoutLines() => this with { Line = NoLine };

    public override string Describe() =>
        IsNull ? "nothing"
        : Plain ? $"'{Text}'"
        : $"the quoted text \"{Text}\"";
}
