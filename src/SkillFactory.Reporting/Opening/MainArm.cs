using SkillFactory.Core.Recipes;

namespace SkillFactory.Reporting.Opening;

/// <summary>The arm that the opening of a report is about.</summary>
internal static class MainArm
{
    /// <summary>The last arm that has the most of the method: reflection, SFT and GRPO; else reflection and SFT; else SFT; else
    /// GRPO. The recipe's reference arm takes precedence among equals. Null when no arm has training.</summary>
    public static string? Of(Recipe recipe)
    {
        var candidates = new[]
        {
            Having(recipe, StageNames.Reflect, StageNames.Sft, StageNames.Grpo),
            Having(recipe, StageNames.Reflect, StageNames.Sft),
            Having(recipe, StageNames.Sft),
            Having(recipe, StageNames.Grpo),
        }.FirstOrDefault(c => c.Count > 0);
        return candidates is null ? null
            : candidates.Contains(recipe.Evaluation.Reference ?? "") ? recipe.Evaluation.Reference
            : candidates[^1];
    }

    private static List<string> Having(Recipe recipe, params string[] stages) =>
        [.. recipe.Arms.Where(a => stages.All(a.Stages.Contains)).Select(a => a.Name)];
}
