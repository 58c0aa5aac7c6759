using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks;

/// <summary>Names of the wordings in recipes.</summary>
public static class Wordings
{
    /// <summary>First line of a problem in the standard wording.</summary>
    internal const string Instruction =
        "Solve the following problem. Show your reasoning step by step and finish with your answer inside "
        + "<answer> and </answer> tags.";

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
