using SkillFactory.Cli.Running;
using SkillFactory.Core;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.TestKit.Recipes;

namespace SkillFactory.Cli.Tests.Running;

public sealed class EvaluationOnlyTests
{
    /// <summary>The id of an experiment follows from the content of its recipe.</summary>
    [Theory]
    [InlineData("smoke.yaml", false)]
    [InlineData("smoke.yaml", true)]
    [InlineData("quickstart.yaml", false)]
    public void The_written_recipe_is_read_back_with_the_same_content(string name, bool bestOfN)
    {
        var path = RecipeText.Shipped(name);
        var recipe = RecipeReader.Read(path, bestOfN ? ["evaluation.bestOfN=[4]", "reflection.perAttempt=2"] : []);
        var evaluation = EvaluationOnly.Of(recipe.Recipe, "models/mine");
        var again = RecipeReader.Parse(RecipeWriter.ToYaml(evaluation), "recipe.yaml", "/");
        Assert.Equal(CanonicalJson.Hash(evaluation), CanonicalJson.Hash(again));
        Assert.Equal(bestOfN ? 2 : 1, again.Reflection.PerAttempt);
    }
}
