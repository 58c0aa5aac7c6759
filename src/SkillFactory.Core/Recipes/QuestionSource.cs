using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>Questions of one task and level.</summary>
public sealed record QuestionSource
{
    /// <summary>Name of the task; docs/reference/tasks.md lists them.</summary>
    public required string Task { get; init; }

    /// <summary>Difficulty in the task's notation: a count of numbers or digits, or a word length.</summary>
    public required string Level { get; init; }

    /// <summary>Share in the mix, relative to the other sources. Training only.</summary>
    [Above(0)]
    public double Weight { get; init; } = 1;

    /// <summary>Number of questions of this set, in place of the section's: a small task may not have as many. Evaluation only.</summary>
    [AtLeast(1)]
    public int? Questions { get; init; }

    /// <summary>Samples per question of this set, in place of the section's. Evaluation only.</summary>
    [AtLeast(1)]
    public int? Samples { get; init; }

    /// <summary>Settings of the task, for example { max: 9, targetMax: 99 } for Countdown.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
