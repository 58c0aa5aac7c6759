using System.Runtime.CompilerServices;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;

namespace SkillFactory.TestKit.Recipes;

/// <summary>A small valid recipe, and the paths of the shipped recipes.</summary>
public static class RecipeText
{
    public const string Valid = """
        name: test
        model: models/base
        train:
          - { task: countdown, level: 3 }
        grpo:
          steps: 30
          decoding: { maxNewTokens: 64 }
        evaluation:
          sets:
            - { task: countdown, level: 3 }
            - { task: countdown, level: 4 }
        arms:
          - name: base
          - name: rl
            stages: [grpo]
          - name: full
            stages: [sample, reflect, traces, sft, grpo]
        """;

    public static Recipe Parse(string text) => RecipeReader.Parse(text, "r.yaml", "/work");

    /// <summary>Path of a recipe in the repository's recipes folder.</summary>
    public static string Shipped(string name) =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../recipes", name));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
