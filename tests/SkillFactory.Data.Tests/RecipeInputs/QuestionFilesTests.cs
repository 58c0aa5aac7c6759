using SkillFactory.Core;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Data.Tests.RecipeInputs;

public sealed class QuestionFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_recipe_names_files_relative_to_itself()
    {
        Write("data/q.jsonl", 0, 100);
        var recipe = Parse("{ file: data/q.jsonl }");
        var path = Path.Combine(_folder.Path, "data", "q.jsonl");
        Assert.Equal(path, recipe.Train[0].Settings["file"]);
        Assert.Equal(path, recipe.Evaluation.Sets[0].Settings["file"]);
        Assert.Equal(path, recipe.Arms.Single(a => a.Set.Train is not null).Set.Train![0].Settings["file"]);
        Check(recipe);
    }

    [Fact]
    public void Every_row_is_checked_when_the_recipe_is_read()
    {
        var path = Write("q.jsonl", 0, 100);
        File.AppendAllText(path, "{\"question\": \"last\", \"answer\": \"unknown\"}\n");
        var error = Assert.Throws<UserErrorException>(() => Parse("{ file: q.jsonl }")).Message;
        Assert.StartsWith($"r.yaml:4: train[0]: {path}:101: column 'answer': found 'unknown'", error, StringComparison.Ordinal);
        Assert.EndsWith("(1 of 101 rows; the setting badRows: skip leaves it out)", error, StringComparison.Ordinal);
        Assert.Empty(QuestionFiles.Counts(PlannedRecipes.ThreeArms));
        var skipping = Parse("{ file: q.jsonl, badRows: skip }");
        Assert.Equal($"{path}:101", Assert.Single(Assert.Single(QuestionFiles.Counts(skipping)).Bad.First).Place);
        Assert.Equal(
            [
                $"{path}: 1 row cannot be used and is skipped (badRows: skip):",
                $"  {path}:101: column 'answer': found 'unknown' ('unknown' is not one number); expected a number, or a solution that "
                    + "ends in '#### number'",
            ],
            Check(skipping)
        );
        Assert.Contains(
            "none.jsonl: no such file",
            Assert.Throws<UserErrorException>(() => Parse("{ file: none.jsonl }")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_question_must_not_be_trained_on_and_evaluated()
    {
        var train = Write("train.jsonl", 0, 60);
        var test = Write("test.jsonl", 59, 20);
        var recipe = Parse("{ rlFile: train.jsonl }", "{ testFile: test.jsonl }");
        var error = Assert.Throws<UserErrorException>(() => Check(recipe)).Message;
        Assert.Equal(
            $"{train}:60: found the same question as at {test}:1, which is evaluated on while this one is trained on; expected no "
                + "question in both",
            error
        );

        // If one file is split by its questions, no question is in both splits.
        Check(Parse("{ file: train.jsonl }", "{ file: train.jsonl }"));
    }

    [Fact]
    public async Task Submitted_recipes_name_files_by_content()
    {
        Write("a.jsonl", 0, 100);
        Write("b.jsonl", 0, 100);
        Write("c.jsonl", 0, 99);
        var store = new MemoryArtifactStore();
        async Task<Recipe> Imported(string settings) => await QuestionFiles.ImportAsync(Parse(settings), store);
        var (a, b, c) = (await Imported("{ file: a.jsonl }"), await Imported("{ file: b.jsonl }"), await Imported("{ file: c.jsonl }"));
        Assert.Matches("^artifact:[0-9a-f]{64}:[0-9]+$", a.Train[0].Settings["file"]);
        Assert.Equal(Keys(a), Keys(b));
        Assert.Empty(Keys(a).Values.Intersect(Keys(c).Values));
        Assert.Equal(CanonicalJson.Hash(a), CanonicalJson.Hash(await QuestionFiles.ImportAsync(a, store)));
        Assert.Equal(
            CanonicalJson.Hash(PlannedRecipes.ThreeArms),
            CanonicalJson.Hash(await QuestionFiles.ImportAsync(PlannedRecipes.ThreeArms, store))
        );

        static Dictionary<string, string> Keys(Recipe recipe) => PlannedRecipes.Keys(recipe);
    }

    [Fact]
    public void A_shortage_names_the_key_the_file_its_shares_and_what_to_set()
    {
        var path = Write("q.jsonl", 0, 12);
        var recipe = Parse("{ file: q.jsonl }");
        recipe = recipe with { Evaluation = recipe.Evaluation with { Questions = 9 } };
        var error = Assert.Throws<UserErrorException>(() => Check(recipe)).Message;
        Assert.Matches(
            "^evaluation.questions: task word_problem, level mine: 9 questions of the split test are asked for; "
                + System.Text.RegularExpressions.Regex.Escape(path)
                + " has ([0-8]): its 12 questions are divided by hash \\(test 1/6, validation 1/12, traces 3/8, GRPO 3/8\\); "
                + "ask for at most \\1, add questions, or name a file for this split with the setting testFile$",
            error
        );
        Assert.Contains(
            "no file has questions of this split; name one with the setting testFile",
            Assert.Throws<UserErrorException>(() => Check(Parse("{ rlFile: q.jsonl }"))).Message,
            StringComparison.Ordinal
        );
    }

    private static IReadOnlyList<string> Check(Recipe recipe) =>
        RecipeQuestions.Check(new LocatedRecipe(recipe, RecipePlaces.None), TaskRegistry.Get);

    [Fact]
    public async Task Files_of_replayed_questions_are_stored_for_the_recipe_and_for_its_arms()
    {
        Write("a.jsonl", 0, 100);
        Write("b.jsonl", 200, 100);
        var text = """
            name: test
            model: models/base
            train: [{ task: multiplication, level: 2x1 }]
            sft: { replay: { sources: [{ task: word_problem, level: mine, settings: { file: a.jsonl } }] } }
            evaluation: { sets: [{ task: multiplication, level: 2x1 }], decoding: { maxNewTokens: 64 } }
            arms:
              - name: one
                stages: &all [sample, reflect, traces, sft]
              - name: two
                stages: *all
                set: { sft: { replay: { sources: [{ task: word_problem, level: mine, settings: { file: b.jsonl } }] } } }
            """;
        var recipe = RecipeReader.Parse(text, "r.yaml", _folder.Path);
        Assert.Equal(Path.Combine(_folder.Path, "a.jsonl"), FileOf(recipe.Sft));
        var stored = await QuestionFiles.ImportAsync(recipe, new MemoryArtifactStore());
        Assert.Matches("^artifact:[0-9a-f]{64}:[0-9]+$", FileOf(stored.Sft));
        Assert.Matches("^artifact:[0-9a-f]{64}:[0-9]+$", FileOf(stored.Arms[1].Set.Sft!));
        Assert.NotEqual(FileOf(stored.Sft), FileOf(stored.Arms[1].Set.Sft!));

        static string FileOf(SftSettings sft) => sft.Replay!.Sources[0].Settings["file"];
    }

    private Recipe Parse(string train, string? evaluation = null) =>
        RecipeReader.Parse(
            $"""
            name: test
            model: models/base
            train:
              - {"{"} task: word_problem, level: mine, settings: {train} {"}"}
            grpo:
              steps: 3
              decoding: {"{"} maxNewTokens: 64 {"}"}
            evaluation:
              questions: 3
              sets:
                - {"{"} task: word_problem, level: mine, settings: {evaluation ?? train} {"}"}
            arms:
              - name: rl
                stages: [grpo]
              - name: other
                stages: [grpo]
                set: {"{"} train: [{"{"} task: word_problem, level: more, settings: {train} {"}"}] {"}"}
            """,
            "r.yaml",
            _folder.Path
        );

    private string Write(string name, int from, int count)
    {
        var path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(
            path,
            Enumerable.Range(from, count).Select(i => $$"""{"question": "What is {{i}} and 0?", "answer": "#### {{i}}"}""")
        );
        return path;
    }
}
