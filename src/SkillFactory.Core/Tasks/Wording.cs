using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks;

/// <summary>How questions and prompts are worded.</summary>
public enum Wording
{
    /// <summary>Full sentences after the shape of the paper's prompts, with a worked example.</summary>
    Standard,

    /// <summary>A few tokens: what the shipped tiny base understands.</summary>
    Compact,
}

/// <summary>Names of the wordings as recipes write them.</summary>
public static class Wordings
{
    public static IReadOnlyList<string> Names { get; } = ["standard", "compact"];

    /// <exception cref="UserErrorException">Unknown name.</exception>
    public static Wording Get(string name) =>
        name switch
        {
            "standard" => Wording.Standard,
            "compact" => Wording.Compact,
            _ => throw new UserErrorException($"unknown wording '{name}'{NearestName.Hint(name, Names)}"),
        };
}
