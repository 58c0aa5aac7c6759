using SkillFactory.Core.YamlBinding;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Recipes.Rules;

/// <summary>Checks a recipe after binding: everything that the bounds of single keys do not express, such as arms and their stages, and
/// keys without effect.</summary>
/// <param name="source">The document without merged overrides, which tells the keys that the author wrote.</param>
internal sealed class RecipeRules(YamlSource source, Recipe recipe)
{
    /// <exception cref="UserErrorException">The first rule that the recipe breaks.</exception>
    public void Check()
    {
        var sections = new SectionRules(source, recipe.Prompts);
        sections.Train("train", recipe.Train);
        sections.Sampling("sampling", recipe.Sampling);
        sections.Reflection("reflection", recipe.Reflection);
        sections.Traces("traces", recipe.Traces);
        if (recipe.Given is { } given)
        {
            sections.Given("given", given);
        }

        sections.Sft("sft", recipe.Sft);
        sections.Grpo("grpo", recipe.Grpo);
        sections.Evaluation("evaluation", recipe.Evaluation);

        source.RequireDistinct(recipe.Arms.Select(a => a.Name), i => $"arms[{i}].name");
        var arms = new ArmRules(source, recipe, sections);
        foreach (var (i, arm) in recipe.Arms.Index())
        {
            arms.Check($"arms[{i}]", arm);
        }

        UnusedSections();
        new TokenBudgetRules(source, recipe).Check();
        BestOfN();
        ArmsOfEvaluation();
    }

    private void UnusedSections()
    {
        // Best of n uses the base's reflections, which the reflection section describes.
        var used = recipe
            .Arms.SelectMany(a => a.Stages)
            .Concat(recipe.Evaluation.BestOfN.Count > 0 ? [StageNames.Reflect] : [])
            .ToHashSet();
        foreach (var (section, stages) in RecipeSections.Stages)
        {
            if (source.Has(section) && RecipeSections.IsUnused(section, used))
            {
                throw source.Error(section, $"has no effect: no arm has the stage {string.Join(" or ", stages)}");
            }
        }
    }

    private void BestOfN()
    {
        if (recipe.Evaluation.BestOfN.Count > 0 && recipe.Arms.All(a => a.Stages.Contains(StageNames.Sft)))
        {
            throw source.Error(
                "evaluation.bestOfN",
                "has no effect: every arm is fine-tuned on traces, and best of n is for arms that answer once"
            );
        }
    }

    private void ArmsOfEvaluation()
    {
        IReadOnlyList<string> names = [.. recipe.Arms.Select(a => a.Name)];
        if (recipe.Evaluation.Reference is { } reference)
        {
            source.RequireOneOf("evaluation.reference", reference, names);
        }

        foreach (var name in recipe.Evaluation.Forcing?.Triggers.Keys ?? [])
        {
            if (!names.Contains(name))
            {
                throw source.Error($"evaluation.forcing.triggers.{name}", $"there is no arm '{name}'{NearestName.Hint(name, names)}");
            }

            if (recipe.Arms.First(a => a.Name == name).Stages.Count == 0)
            {
                throw source.Error(
                    $"evaluation.forcing.triggers.{name}",
                    "has no effect: the arm trains nothing, and the trigger of the base is plainTrigger"
                );
            }
        }
    }
}
