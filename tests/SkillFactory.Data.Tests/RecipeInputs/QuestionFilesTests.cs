using SkillFactory.Core;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Reading;
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
        RecipeQuestions.Check(recipe, TaskRegistry.Get);
    }

    [Fact]
    public void Every_row_is_checked_when_the_recipe_is_read()
    {
        var path = Write("q.jsonl", 0, 100);
        File.AppendAllText(path, "{\"question\": \"last\", \"answer\": \"unknown\"}\n");
        var error = Assert.Throws<UserErrorException>(() => Parse("{ file: q.jsonl }")).Message;
        Assert.StartsWith($"r.yaml:4: train[0]: {path}:101: column 'answer': found 'unknown'", error, StringComparison.Ordinal);
        Assert.Empty(QuestionFiles.SkippedRows(PlannedRecipes.ThreeArms));
        Assert.Equal($"{path}:101", Assert.Single(QuestionFiles.SkippedRows(Parse("{ file: q.jsonl, badRows: skip }"))).Place);
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
        var error = Assert.Throws<UserErrorException>(() => RecipeQuestions.Check(recipe, TaskRegistry.Get)).Message;
        Assert.Equal(
            $"{train}:60: found the same question as at {test}:1, which is evaluated on while this one is trained on; expected no "
                + "question in both",
            error
        );

        // If one file is split by its questions, no question is in both splits.
        RecipeQuestions.Check(Parse("{ file: train.jsonl }", "{ file: train.jsonl }"), TaskRegistry.Get);
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
