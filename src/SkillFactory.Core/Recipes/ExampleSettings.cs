using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>Worked examples in the prompt. Traces of these attempts are trained under the plain prompt.</summary>
public sealed record ExampleSettings
{
    /// <summary>Questions and responses in a format of imported traces; relative to the recipe file.</summary>
    [NotEmpty]
    public required string File { get; init; }

    /// <summary>Number of examples, from the start of the file. Paper: 10.</summary>
    [AtLeast(1)]
    public int Count { get; init; } = 10;
}
