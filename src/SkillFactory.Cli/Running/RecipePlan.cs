using SkillFactory.Core.Recipes;

namespace SkillFactory.Cli.Running;

internal sealed record RecipePlan(Recipe Recipe)
{
    public static RecipePlan Read(string path, IReadOnlyList<string> overrides) => throw new NotSupportedException();
    public void Write(TextWriter output) { }
}
