using System.Runtime.CompilerServices;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Tests.Recipes;

public sealed class RecipeReferenceTests
{
    private const string Begin = "<!-- keys: made from the types, do not edit -->";
    private const string End = "<!-- end of keys -->";

    /// <summary>Run with UPDATE_GOLDEN=1 to write the list of keys into docs/reference/recipes.md.</summary>
    [Fact]
    public void The_documentation_lists_every_key_with_its_bounds_default_and_meaning()
    {
        var path = Path.Combine(RepositoryRoot(), "docs", "reference", "recipes.md");
        var text = File.ReadAllText(path);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        Assert.True(from >= Begin.Length && to > from, "docs/reference/recipes.md does not have the comments around its list of keys");
        var keys = "\n" + new KeyReference().Render() + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text[..from] + keys + text[to..]);
            return;
        }

        Assert.True(
            text[from..to] == keys,
            "docs/reference/recipes.md is out of date; run this test with UPDATE_GOLDEN=1 and review the difference"
        );
    }

    [Fact]
    public void The_words_of_recipes_are_the_names_of_the_prompt_sets_and_variants()
    {
        Assert.Equal(PromptSet.Names, RecipeValues.Prompts);
        foreach (var name in RecipeValues.Prompts)
        {
            Assert.Equal(RecipeValues.PlainVariants, PromptSet.Get(name).Variants.Select(v => v.Name));
        }

        Assert.Equal(RecipeValues.Variants, [.. RecipeValues.PlainVariants, .. RecipeValues.PlainVariants.Select(AnswerHint.Hinted)]);
    }

    private static string RepositoryRoot([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "SkillFactory.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"no solution above {here}");
    }
}
