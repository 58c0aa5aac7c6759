namespace SkillFactory.Tokenization.Templates;

internal readonly record struct TemplateToken(TemplateTokenKind Kind, string Text, int Line);
