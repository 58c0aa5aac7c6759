namespace SkillFactory.Grading.Maths;

internal enum TokenKind
{
    /// <summary>A number. <see cref="MathToken.Text"/> holds its digits as written.</summary>
    Number,

    /// <summary>One letter, or the name of a Greek letter.</summary>
    Letter,

    /// <summary>A word of natural language.</summary>
    Word,

    /// <summary>The name of a function or LaTeX command, without the backslash.</summary>
    Command,

    /// <summary>An operator, relation, bracket or separator.</summary>
    Symbol,

    End,
}
