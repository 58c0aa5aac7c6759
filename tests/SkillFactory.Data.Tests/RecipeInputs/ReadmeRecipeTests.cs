using System.Text.RegularExpressions;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.RecipeInputs;

namespace SkillFactory.Data.Tests.RecipeInputs;

/// <summary>The README's steps to a recipe with questions of one's own, followed to the letter.</summary>
public sealed partial class ReadmeRecipeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_quickstart_with_questions_of_ones_own_asks_for_no_more_than_the_readme_says()
    {
        var readme = File.ReadAllText(Repository.PathOf("README.md"));
        var section = readme[readme.IndexOf("## Your own data", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("## Commands", StringComparison.Ordinal)];
        Assert.Contains(
            "name your model under `model`, remove `evaluation.limitScale`, replace `train` and",
            section,
            StringComparison.Ordinal
        );
        var block = string.Join('\n', CodeLinePattern().Matches(section).Select(m => m.Value[4..]));
        var at = block.IndexOf("evaluation:\n", StringComparison.Ordinal);
        var (train, sets) = (block[..at], block[(at + "evaluation:\n".Length)..]);

        var recipe = File.ReadAllText(RecipeText.Shipped("quickstart.yaml"));
        recipe = TrainPattern().Replace(recipe, train + "\n");
        recipe = SetsPattern().Replace(recipe, sets + "\n");
        recipe = ScalePattern().Replace(recipe, "");
        var rows = int.Parse(RowsPattern().Match(section).Groups["rows"].Value.Replace(",", "", StringComparison.Ordinal));
        File.WriteAllLines(
            Path.Combine(_folder.Path, "school.jsonl"),
            Enumerable
                .Range(0, rows)
                .Select(i => $$"""{"question": "Tom has {{i}} apples and buys 2. How many has he?", "answer": "{{i + 2}}"}""")
        );
        var path = _folder.File("own.yaml", recipe);

        Assert.Empty(RecipeQuestions.Check(RecipeReader.Read(path, []), TaskRegistry.Get));
    }

    [GeneratedRegex("^ {4}.+$", RegexOptions.Multiline)]
    private static partial Regex CodeLinePattern();

    [GeneratedRegex("^train:\\n(?: .*\\n)+", RegexOptions.Multiline)]
    private static partial Regex TrainPattern();

    [GeneratedRegex("^  sets:\\n(?: .*\\n)+", RegexOptions.Multiline)]
    private static partial Regex SetsPattern();

    [GeneratedRegex("^  limitScale:.*\\n", RegexOptions.Multiline)]
    private static partial Regex ScalePattern();

    [GeneratedRegex("you need (?<rows>[0-9,]+);")]
    private static partial Regex RowsPattern();
}
