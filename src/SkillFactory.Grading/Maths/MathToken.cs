namespace SkillFactory.Grading.Maths;

/// <param name="Value">The value of a number.</param>
/// <param name="Spaced">Whether white space precedes the token.</param>
internal readonly record struct MathToken(TokenKind Kind, string Text, Rational Value = default, bool Spaced = false)
{
    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    public bool IsCommand(string name) => Kind == TokenKind.Command && Text == name;
}
