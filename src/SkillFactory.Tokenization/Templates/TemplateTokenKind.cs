namespace SkillFactory.Tokenization.Templates;

internal enum TemplateTokenKind
{
    Text,
    OutputStart,
    OutputEnd,
    BlockStart,
    BlockEnd,
    Name,
    String,
    Number,
    Operator,
    End,
}
