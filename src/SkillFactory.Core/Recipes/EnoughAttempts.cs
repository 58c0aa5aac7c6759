using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>The attempts that a question must have before later rounds skip it. Attempts that mention a hint do not count.</summary>
public sealed record EnoughAttempts
{
    /// <summary>Correct attempts.</summary>
    [AtLeast(0)]
    public int Correct { get; init; } = 1;

    /// <summary>Wrong attempts.</summary>
    [AtLeast(0)]
    public int Wrong { get; init; }
}
