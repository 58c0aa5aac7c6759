using SkillFactory.Core.Recipes;

namespace SkillFactory.Cli.Running;

internal sealed record RecipePlan(Recipe Recipe)
{
    public static RecipePlan Read(string path, IReadOnlyList<string> overrides) => new(RecipeReader.Read(path, overrides));
    public void Write(TextWriter output) => output.Write(RecipeWriter.ToYaml(Recipe));
}
