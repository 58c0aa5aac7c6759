namespace SkillFactory.Tokenization.Templates;

/// <summary>The tokens of a template and the position in them.</summary>
internal sealed class TemplateTokens(List<TemplateToken> tokens)
{
    /// <summary>Real templates nest only a few levels; the limit keeps a hostile one from exhausting the stack.</summary>
    public const int MaxNesting = 100;

    private int _at;

    public TemplateToken Current => tokens[_at];

    public TemplateToken Next() => tokens[_at == tokens.Count - 1 ? _at : _at++];

    public bool IsOperator(string text) => Current.Kind == TemplateTokenKind.Operator && Current.Text == text;

    public bool IsName(string text) => Current.Kind == TemplateTokenKind.Name && Current.Text == text;

    public bool TakeOperator(string text)
    {
        var there = IsOperator(text);
        if (there)
        {
            Next();
        }

        return there;
    }

    public bool TakeName(string text)
    {
        var there = IsName(text);
        if (there)
        {
            Next();
        }

        return there;
    }

    public TemplateToken Expect(TemplateTokenKind kind, string? text = null)
    {
        var token = Next();
        return token.Kind == kind && (text is null || token.Text == text)
            ? token
            : throw new TemplateException(token.Line, $"found '{token.Text}'; expected {text ?? kind.ToString()}");
    }
}
