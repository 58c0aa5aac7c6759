namespace SkillFactory.Tokenization.Templates;

/// <summary>A template is malformed or needs an unsupported feature. <see cref="JinjaTemplate"/> converts it to a user error.</summary>
internal sealed class TemplateException(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}
