using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Files;
using SkillFactory.Data.RecipeInputs;

namespace SkillFactory.Data.Tests.RecipeInputs;

/// <summary>Every shipped experiment can be read and planned and can draw its questions. Models and data that do not ship are not needed: a
/// few made-up rows replace question files of the user.</summary>
public sealed class ShippedRecipeTests : IDisposable
{
    private static readonly string Recipes = RecipeText.Shipped("");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>All recipes except those of bases, which have another schema.</summary>
    public static TheoryData<string> All => [.. Names];

    private static IEnumerable<string> Names =>
        Directory
            .EnumerateFiles(Recipes, "*.yaml", SearchOption.AllDirectories)
            .Where(f => !File.ReadAllText(f).Contains("\ncorpus:", StringComparison.Ordinal))
            .Select(f => Path.GetRelativePath(Recipes, f))
            .Order(StringComparer.Ordinal);

    [Fact]
    public void Recipes_for_the_papers_tables_and_the_tiny_themes_exist() =>
        Assert.Subset(
            Names.Select(name => name.Replace('\\', '/')).ToHashSet(),
            new HashSet<string>
            {
                "paper/qwen2.5-1.5b.yaml",
                "paper/qwen2.5-7b.yaml",
                "paper/olmo-3-7b.yaml",
                "paper/openthoughts-7b.yaml",
                "paper/budget-forcing.yaml",
                "paper/ablations.yaml",
                "tiny/baselines.yaml",
                "tiny/bolt-like.yaml",
                "tiny/ablations.yaml",
                "tiny/formats.yaml",
                "tiny/budget-forcing.yaml",
                "tiny/sampling.yaml",
            }
        );

    [Theory]
    [MemberData(nameof(All))]
    public void A_recipe_can_be_read_planned_and_written(string name)
    {
        var recipe = Read(name);
        var plan = ExperimentPlan.From(recipe);
        var lines = PlanText.Render(plan).ToList();
        Assert.Equal(plan.Nodes.Count + 1, lines.Count);
        Assert.Subset(recipe.Arms.Select(a => a.Name).ToHashSet(), plan.Nodes.SelectMany(n => n.Uses).Select(u => u.Arm).ToHashSet());
        var again = RecipeReader.Parse(RecipeWriter.ToYaml(recipe), "resolved.yaml", "/anywhere");
        Assert.Equal(JsonSerializer.Serialize(recipe, CoreJson.Options), JsonSerializer.Serialize(again, CoreJson.Options));
    }

    /// <summary>Question sets must have the requested number of questions. Sets from the user's files are exempt, because their size
    /// depends on the file.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void The_questions_of_a_recipe_can_be_drawn(string name)
    {
        var recipe = Read(name);
        foreach (var set in recipe.Evaluation.Sets.Where(s => TaskRegistry.Get(s.Task) is not IFileBackedTask))
        {
            Assert.Equal(
                set.Questions ?? recipe.Evaluation.Questions,
                EvaluationQuestions.Of(set, recipe.Evaluation, recipe.Prompts, TaskRegistry.Get).Count
            );
        }

        if (!name.StartsWith("paper", StringComparison.Ordinal))
        {
            RecipeQuestions.Check(new LocatedRecipe(recipe, RecipePlaces.None), TaskRegistry.Get);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Arms_with_self_generated_traces_share_their_first_sampling(string name)
    {
        var recipe = Read(name);
        var plan = ExperimentPlan.From(recipe);
        var same = recipe
            .Arms.Where(a => a.Stages is ["sample", ..] && a.Set.Sampling is null && a.Set.Prompts is null && a.Set.Train is null)
            .Select(a => a.Name)
            .Order()
            .ToList();
        if (same.Count > 0)
        {
            Assert.All(recipe.Seeds, seed =>
                Assert.Equal(
                    same,
                    plan.Nodes.Single(n => n.Seed == seed && n.Kind == "sample" && n.Inputs.Count == 0 && n.Uses.Any(u => u.Arm == same[0]))
                        .Uses.Select(u => u.Arm)
                        .Order()
                )
            );
        }
    }

    private Recipe Read(string name)
    {
        if (!name.StartsWith("paper", StringComparison.Ordinal))
        {
            return RecipeReader.Read(Path.Combine(Recipes, name));
        }

        var copy = Path.Combine(_folder.Path, Path.GetFileName(name));
        File.Copy(Path.Combine(Recipes, name), copy, overwrite: true);
        var data = Directory.CreateDirectory(Path.Combine(_folder.Path, "data")).FullName;
        void Write(string file, string row, int count = 40) =>
            File.WriteAllLines(
                Path.Combine(data, file),
                Enumerable.Range(0, count).Select(i => row.Replace("#", $"{i}", StringComparison.Ordinal))
            );
        Write("csqa.jsonl", """{"question":"Which is #?","choices":{"label":["A","B"],"text":["#","none"]},"answerKey":"A"}""");
        Write("gsm8k.jsonl", """{"question":"What is # and 0?","answer":"So it is # \u0023\u0023\u0023\u0023 #"}""");
        Write(
            "gpqa-diamond.jsonl",
            """{"Question":"Which is #?","Correct Answer":"#","Incorrect Answer 1":"a","Incorrect Answer 2":"b","Incorrect Answer 3":"c"}"""
        );
        foreach (
            var (file, what) in new[]
            {
                ("aime25", "a"),
                ("amc", "b"),
                ("math500", "c"),
                ("openthoughts-sft", "d"),
                ("openthoughts-rl", "e"),
                ("math-validation", "f"),
            }
        )
        {
            Write(
                file + (file.StartsWith("openthoughts", StringComparison.Ordinal) ? ".parquet" : ".jsonl"),
                $$"""{"problem":"What is # in {{what}}?","answer":"#"}"""
            );
        }

        return RecipeReader.Read(copy);
    }
}
