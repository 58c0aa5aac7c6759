using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>Settings that one arm changes. A section has the keys of the recipe's section; keys that are not written keep the recipe's
/// values.</summary>
public sealed record ArmOverrides : RoundOverrides
{
    /// <summary>Wording of the arm's prompts, in its evaluations too. "standard_instructed" and "compact_instructed" make the paper's
    /// instruction-prompt baseline.</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.Prompts))]
    public string? Prompts { get; init; }
}
