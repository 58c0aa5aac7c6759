namespace SkillFactory.Tokenization.Templates;

/// <summary>A template that is wrong or asks for what is not supported. <see cref="JinjaTemplate"/> turns it into an error for people.</summary>
internal sealed class TemplateException(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}
