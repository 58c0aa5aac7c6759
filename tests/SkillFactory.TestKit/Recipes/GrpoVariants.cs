using SkillFactory.Core.Recipes;
using SkillFactory.TestKit.Files;

namespace SkillFactory.TestKit.Recipes;

/// <summary>The published algorithms of docs/reference/grpo-variants.md, read from the page as it stands.</summary>
public static class GrpoVariants
{
    /// <summary>The names of the algorithms, in the page's order.</summary>
    public static IReadOnlyList<string> Names => [.. Blocks().Keys];

    /// <summary>The settings of an algorithm, with the defaults where its block says nothing.</summary>
    public static GrpoSettings Get(string name) =>
        RecipeText
            .Parse(
                $"""
                name: test
                model: models/base
                train:
                  - task: countdown
                    level: 3
                {Blocks()[name]}
                evaluation:
                  sets:
                    - task: countdown
                      level: 3
                arms:
                  - name: rl
                    stages: [grpo]
                """
            )
            .Grpo;

    /// <summary>The indented block under each heading of the third level.</summary>
    private static Dictionary<string, string> Blocks() =>
        File.ReadAllText(Repository.PathOf("docs", "reference", "grpo-variants.md"))
            .Split("\n### ")
            .Skip(1)
            .Select(section => section.Split("\n## ")[0].Split('\n'))
            .ToDictionary(
                lines => lines[0].Trim(),
                lines => string.Join('\n', lines.Where(l => l.StartsWith("    ", StringComparison.Ordinal)).Select(l => l[4..])),
                StringComparer.Ordinal
            );
}
