namespace SkillFactory.Grading.Maths;

internal enum TokenKind
{
    /// <summary>A number; <see cref="MathToken.Text"/> holds its digits as written.</summary>
    Number,

    /// <summary>One letter, or the name of a Greek one.</summary>
    Letter,

    /// <summary>A word of natural language.</summary>
    Word,

    /// <summary>A function or LaTeX command by name, without the backslash.</summary>
    Command,

    /// <summary>An operator, relation, bracket or separator.</summary>
    Symbol,

    End,
}

/// <param name="Value">Numbers: the value.</param>
/// <param name="Spaced">White space stands before it.</param>
internal readonly record struct MathToken(TokenKind Kind, string Text, Rational Value = default, bool Spaced = false)
{
    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    public bool IsCommand(string name) => Kind == TokenKind.Command && Text == name;
}
