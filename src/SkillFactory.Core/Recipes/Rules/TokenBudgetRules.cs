using SkillFactory.Core.YamlBinding;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Recipes.Rules;

/// <summary>Checks token budgets of GRPO that match the tokens of another arm.</summary>
internal sealed class TokenBudgetRules(YamlSource source, Recipe recipe)
{
    /// <summary>By the name of an arm, the arm that it matches.</summary>
    private readonly Dictionary<string, string> _matches = new(StringComparer.Ordinal);

    public void Check()
    {
        foreach (var (i, arm) in recipe.Arms.Index())
        {
            foreach (var round in ArmRound.Of(recipe, arm).Where(r => r.Stages.Contains(StageNames.Grpo)))
            {
                if (round.Grpo.TokenBudget is { } budget)
                {
                    Check(arm, budget, source.SectionPath($"arms[{i}]", round, "grpo"));
                }
            }
        }
    }

    private void Check(ArmSettings arm, string budget, string section)
    {
        if (source.Has($"{section}.steps"))
        {
            throw source.Error(
                $"{section}.steps",
                "has no effect: tokenBudget decides the number of steps (in an arm, tokenBudget: null takes it away)"
            );
        }

        if (RecipeValues.MatchedArm(budget) is { } name)
        {
            Match(arm, name, budget, $"{section}.tokenBudget");
        }
    }

    private void Match(ArmSettings arm, string name, string budget, string path)
    {
        var others = recipe.Arms.Where(a => a != arm).Select(a => a.Name).ToList();
        var matched = recipe.Arms.FirstOrDefault(a => a.Name == name)
            ?? throw source.Error(path, $"found '{budget}'; there is no arm '{name}'{NearestName.Hint(name, others)}");
        if (matched == arm)
        {
            throw source.Error(path, $"found '{budget}': the arm '{name}' cannot match itself; name another arm");
        }

        if (matched.Stages.Count == 0)
        {
            throw source.Error(path, $"found '{budget}': the arm '{name}' has no stages, so it spends no tokens");
        }

        _matches[arm.Name] = name;
        for (var next = name; _matches.TryGetValue(next, out var after); next = after)
        {
            if (after == arm.Name)
            {
                throw source.Error(path, $"found '{budget}': the arms {arm.Name} and {next} match each other in a circle");
            }
        }
    }
}
