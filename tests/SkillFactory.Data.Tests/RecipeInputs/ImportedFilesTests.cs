using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Data.Tests.RecipeInputs;

public sealed class ImportedFilesTests : IDisposable
{
    private const string Good = """{"question":"Multiply:2*3","response":"<answer>6</answer>","gold":"2 * 3 = 6"}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_and_models_are_named_relative_to_the_recipe()
    {
        var recipe = Parse(Good);
        Assert.Equal(Path.Combine(_folder.Path, "g.jsonl"), recipe.Arms[0].Set.Given!.File);
        Assert.Equal(Path.Combine(_folder.Path, "g.jsonl"), recipe.Arms[1].Set.Sampling!.Examples!.File);
        Assert.Equal([Path.Combine(_folder.Path, "teacher")], ImportedFiles.ModelsOf(recipe));
        Assert.Empty(RecipeQuestions.Check(new LocatedRecipe(recipe, RecipePlaces.None), TaskRegistry.Get));
    }

    [Fact]
    public async Task Stored_files_are_named_by_content()
    {
        foreach (var file in (string[])["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"])
        {
            Directory.CreateDirectory(Path.Combine(_folder.Path, "teacher"));
            await File.WriteAllTextAsync(Path.Combine(_folder.Path, "teacher", file), $"{{\"file\":\"{file}\"}}");
        }

        var store = new MemoryArtifactStore();
        var stored = await ImportedFiles.ImportAsync(Parse(Good), store);
        var other = await ImportedFiles.ImportAsync(Parse(Good + "\n" + Good.Replace("2", "4", StringComparison.Ordinal)), store);
        Assert.NotEqual(stored.Arms[0].Set.Given!.File, other.Arms[0].Set.Given!.File);
        Assert.Equal(stored.Arms[1].Set.Sampling!.Model, other.Arms[1].Set.Sampling!.Model);
        var model = await ImportedFiles.ModelAsync(stored.Arms[1].Set.Sampling!, store);
        Assert.Equal(["config.json", "tokenizer.json", "tokenizer_config.json"], model!.Files.Files.Keys);
    }

    [Fact]
    public void An_evaluation_question_is_rejected_even_inside_a_prompt()
    {
        var recipe = Parse(Good);
        var tested = EvaluationQuestions.Of(recipe.Evaluation.Sets[0], recipe.Evaluation, recipe.Prompts, TaskRegistry.Get)[3];
        foreach (
            var asked in new[] { tested.Text.Trim(), tested.Text + "Solve.", " " + tested.Text.Replace(":", ":", StringComparison.Ordinal) }
        )
        {
            var line = System.Text.Json.JsonSerializer.Serialize(
                new
                {
                    question = asked,
                    response = "r",
                    gold = tested.Gold,
                }
            );
            Assert.Contains("g.jsonl:2: found a question that is evaluated on", Refused(Good + "\n" + line), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bad_rows_are_reported_before_the_run_starts()
    {
        Assert.Contains("g.jsonl:2: column 'response'", Refused(Good + "\n" + """{"question":"Multiply:2*3"}"""), StringComparison.Ordinal);
        Assert.EndsWith(
            "(1 of 2 rows; given.badRows: skip leaves it out)",
            Refused(Good + "\n" + """{"question":"Multiply:2*3"}"""),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "g.jsonl:1: found no gold answer",
            Refused("""{"question":"Multiply:2*3","response":"6"}"""),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "is not a multiplication gold",
            Refused("""{"question":"Multiply:2*3","response":"6","gold":"six"}"""),
            StringComparison.Ordinal
        );
        Assert.Contains("g.jsonl: found 1 examples; expected 2", Refused(Good, examples: 2), StringComparison.Ordinal);
        File.Delete(Path.Combine(_folder.Path, "g.jsonl"));
        Assert.Contains("g.jsonl: no such file", Refused(null), StringComparison.Ordinal);
    }

    [Fact]
    public void Skipped_rows_repeated_rows_and_unused_columns_are_told_before_the_start()
    {
        var rows = Enumerable
            .Range(0, 13)
            .Select(i => $$"""{"question":"Multiply:2*{{i}}","response":"","gold":"2 * {{i}} = {{2 * i}}"}""");
        var content = string.Join(
            '\n',
            [Good, Good, Good[..^1] + ",\"source\":\"s\",\"system\":\"S\"}", .. rows, """{"question":"q","response":"r","gold":"?"}"""]
        );
        var notes = RecipeQuestions.Check(new LocatedRecipe(Parse(content, badRows: "skip"), RecipePlaces.None), TaskRegistry.Get);
        var file = Path.Combine(_folder.Path, "g.jsonl");
        Assert.Equal($"{file}: 14 rows cannot be used and are skipped (badRows: skip):", notes[0]);
        Assert.Equal($"  {file}:4: column 'response': found empty text; expected a response", notes[1]);
        Assert.Equal("  and 4 more", notes[11]);
        Assert.Equal(
            [
                $"{file}: 1 row repeats another and is skipped",
                $"{file}: not used: source (1 row)",
                $"{file}: the system message of 1 row is not used (given.prompt: as_given uses it)",
            ],
            notes.Skip(12)
        );

        var error = Refused(content).Split(Environment.NewLine);
        Assert.Equal($"{file}: 14 of 17 rows cannot be used (given.badRows: skip leaves them out):", error[0]);
        Assert.Equal(12, error.Length);
        Assert.Equal("  and 4 more", error[11]);
    }

    private string Refused(string? content, int examples = 1) =>
        Assert
            .Throws<UserErrorException>(() =>
                RecipeQuestions.Check(new LocatedRecipe(Parse(content, examples), RecipePlaces.None), TaskRegistry.Get)
            )
            .Message;

    private Recipe Parse(string? content, int examples = 1, string badRows = "refuse")
    {
        if (content is not null)
        {
            File.WriteAllText(Path.Combine(_folder.Path, "g.jsonl"), content);
        }

        return RecipeReader.Parse(
            $$"""
            name: given
            model: base
            prompts: compact
            train: [{ task: multiplication, level: 2x1 }]
            sampling: { questions: 4 }
            traces: { format: as_written, attempts: 1 }
            evaluation: { questions: 5, sets: [{ task: multiplication, level: 2x1 }] }
            arms:
              - name: distilled
                stages: [given, sft]
                set: { given: { file: g.jsonl, task: multiplication, badRows: {{badRows}} } }
              - name: bolt
                stages: [sample, traces, sft]
                set: { sampling: { model: teacher, examples: { file: g.jsonl, count: {{examples}} } } }
            """,
            "r.yaml",
            _folder.Path
        );
    }
}
