using SkillFactory.Core.Recipes;

namespace SkillFactory.Reporting.Opening;

/// <summary>The arm that the opening of a report is about.</summary>
internal static class MainArm
{
    /// <summary>The last of the <see cref="Variants"/>, or the recipe's reference arm if it is one of them. Null when no arm has
    /// training.</summary>
    public static string? Of(Recipe recipe)
    {
        var variants = Variants(recipe);
        return variants.FirstOrDefault(v => v == recipe.Evaluation.Reference) ?? (variants.Count > 0 ? variants[^1] : null);
    }

    /// <summary>The arms with the most of the method: reflection, SFT and GRPO; else reflection and SFT; else SFT; else GRPO. The other
    /// arms are baselines.</summary>
    public static IReadOnlyList<string> Variants(Recipe recipe) =>
        new[]
        {
            Having(recipe, StageNames.Reflect, StageNames.Sft, StageNames.Grpo),
            Having(recipe, StageNames.Reflect, StageNames.Sft),
            Having(recipe, StageNames.Sft),
        }.FirstOrDefault(v => v.Count > 0)
        ?? Having(recipe, StageNames.Grpo);

    private static List<string> Having(Recipe recipe, params string[] stages) =>
        [.. recipe.Arms.Where(a => stages.All(a.Stages.Contains)).Select(a => a.Name)];
}
