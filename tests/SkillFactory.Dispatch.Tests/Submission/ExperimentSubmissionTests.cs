using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Dispatch.Submission;

namespace SkillFactory.Dispatch.Tests.Submission;

public sealed class ExperimentSubmissionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MemoryArtifactStore _store = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A recipe that names every kind of file and folder, in sections, arms and rounds.</summary>
    [Fact]
    public async Task The_recipe_of_a_run_folder_names_the_same_files_and_is_the_same_experiment()
    {
        var recipes = Directory.CreateDirectory(Path.Combine(_folder.Path, "recipes")).FullName;
        Model("models/base", "{}");
        Model("models/teacher", """{"other":1}""");
        Write("recipes/train.jsonl", Questions(60, "a"));
        Write("recipes/more.jsonl", Questions(60, "b"));
        Write("data/test.jsonl", Questions(40, "c"));
        Write("data/given.jsonl", """{"question":"Say it.","response":"<answer>it</answer>"}""");
        Write("data/examples.jsonl", """{"question":"Say that.","response":"<answer>that</answer>"}""");
        Write("data/phrases.yaml", "generic: [a]\ncorrect: [b]\nincorrect: [c]\nending: [d]\n");
        var original = RecipeReader.Parse(
            """
            name: own
            model: ../models/base
            train: [{ task: maths, level: mine, settings: { file: train.jsonl } }]
            sampling: { questions: 4 }
            traces: { phrases: ../data/phrases.yaml }
            evaluation:
              questions: 4
              sets: [{ task: maths, level: mine, settings: { file: ../data/test.jsonl } }]
            arms:
              - { name: base }
              - { name: imported, stages: [given, sft], set: { given: { file: ../data/given.jsonl } } }
              - name: taught
                stages: [sample, reflect, traces, sft, sample, reflect, traces, sft]
                set: { sampling: { model: ../models/teacher, examples: { file: ../data/examples.jsonl, count: 1 } } }
                rounds: [{}, { train: [{ task: maths, level: mine, settings: { file: more.jsonl } }] }]
            """,
            "own.yaml",
            recipes
        );
        var submitted = await PrepareAsync(original);
        Assert.All(submitted.Command.Paths.Values, path => Assert.True(Path.Exists(path), path));
        Assert.All(submitted.Command.Paths.Values, path => Assert.StartsWith(_folder.Path, path, StringComparison.Ordinal));

        var stored = await _store.GetJsonAsync<Recipe>(submitted.Command.Recipe);
        Assert.DoesNotContain(_folder.Path, RecipeWriter.ToYaml(stored), StringComparison.Ordinal);
        var runFolder = Path.Combine(_folder.Path, "runs", submitted.ExperimentId);
        var written = RecipeWriter.ToYaml(stored.WithPathsFrom(runFolder, submitted.Command.Paths));
        Assert.Contains("model: ../../models/base", written, StringComparison.Ordinal);

        var again = RecipeReader.Parse(written, "recipe.yaml", runFolder);
        Assert.Equal(RecipeWriter.ToYaml(original), RecipeWriter.ToYaml(again));
        Assert.Equal(submitted.ExperimentId, (await PrepareAsync(again)).ExperimentId);
    }

    private Task<PreparedExperiment> PrepareAsync(Recipe recipe) =>
        new ExperimentSubmission(_store).PrepareAsync(recipe, id => Path.Combine(_folder.Path, "runs", id));

    private void Model(string folder, string config)
    {
        foreach (var file in (string[])["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"])
        {
            Write($"{folder}/{file}", file == "config.json" ? config : "{}");
        }
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static string Questions(int count, string prefix) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"{{\"question\":\"What is {prefix}{i} of {i}?\",\"answer\":\"{i}\"}}\n"));
}
