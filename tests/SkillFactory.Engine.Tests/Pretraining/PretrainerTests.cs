using SkillFactory.Core.Recipes;
using SkillFactory.Engine.Checkpoints;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Pretraining;
using SkillFactory.Engine.Pretraining.Corpus;
using SkillFactory.Engine.Tests.Models;
using SkillFactory.Engine.Training;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Safetensors;

namespace SkillFactory.Engine.Tests.Pretraining;

[Collection(TensorCollection.Name)]
public class PretrainerTests
{
    private static readonly CorpusSettings Corpus = new();

    private static readonly PretrainRecipe Recipe = new()
    {
        Name = "minuscule",
        Output = "model",
        Tokenizer = new PretrainTokenizer
        {
            VocabSize = 330,
            LargestNumber = 20,
            Documents = 60,
        },
        Model = new PretrainModel
        {
            HiddenSize = 16,
            Layers = 1,
            Heads = 2,
            KvHeads = 1,
            IntermediateSize = 24,
            MaxPositions = 400,
        },
        Corpus = Corpus with { Sources = [Corpus.Sources[0], Corpus.Sources[^1]] },
        Steps = 6,
        BatchSize = 4,
        WarmupSteps = 2,
        CheckpointEvery = 2,
        ProbeQuestions = 2,
    };

    [Fact]
    public async Task A_recipe_makes_a_model_folder_with_a_card()
    {
        using var folder = new TemporaryFolder();
        var output = Path.Combine(folder.Path, "model");
        var steps = new List<TrainingProgress>();
        await Run(Recipe, output, steps.Add);
        using var model = HuggingFaceFolder.Open(output);
        Assert.Equal(
            (16, 1, 2, 1, 8, 24, 400),
            (
                model.Config.Shape.HiddenSize,
                model.Config.Shape.Layers,
                model.Config.Shape.Heads,
                model.Config.Shape.KvHeads,
                model.Config.Shape.HeadDim,
                model.Config.Shape.IntermediateSize,
                model.Config.Shape.MaxPositions
            )
        );
        Assert.Equal(model.Config.Shape.VocabSize, model.Tokenizer.VocabSize);
        var layout = new ParameterLayout(model.Config.Shape);
        model.Require([.. layout.Slots.Select(s => (s.Name, (IReadOnlyList<long>)s.Shape))]);
        Assert.Equal(layout.Slots.Count, WeightsOf(output, layout).Slots);
        Assert.Contains("<|im_end|>", model.Tokenizer.Decode([.. model.EosTokenIds], skipSpecial: false), StringComparison.Ordinal);

        var card = await File.ReadAllTextAsync(Path.Combine(output, "README.md"));
        Assert.Contains("# minuscule", card, StringComparison.Ordinal);
        Assert.Contains("`tiny.yaml`", card, StringComparison.Ordinal);
        Assert.Contains("| countdown | 3 | 2 |", card, StringComparison.Ordinal);
        Assert.Contains("| letter_countdown | 4 |", card, StringComparison.Ordinal);

        Assert.Equal([1, 2, 3, 4, 5, 6], steps.Where(s => s.Note.Length == 0).Select(s => s.Step));
        Assert.True(steps.Where(s => s.Note.Length == 0).All(s => s.Steps == 6 && s.Loss is > 0 and < 10));
        Assert.Equal(
            ["README.md", "config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"],
            Directory.EnumerateFileSystemEntries(output).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_resumed_run_gives_the_bits_of_an_uninterrupted_run()
    {
        using var folder = new TemporaryFolder();
        var (straight, stopped) = (Path.Combine(folder.Path, "straight"), Path.Combine(folder.Path, "stopped"));
        await Run(Recipe, straight);
        using (var cancelled = new CancellationTokenSource())
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                Run(Recipe, stopped, p => Cancel(cancelled, p.Step == 3), cancellationToken: cancelled.Token)
            );
        }

        Assert.False(File.Exists(Path.Combine(stopped, HuggingFaceFolder.WeightsName)));
        var steps = new List<int>();
        await Run(Recipe, stopped, p => steps.Add(p.Step), resume: true);
        Assert.DoesNotContain(3, steps);
        Assert.Contains(4, steps);
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(straight, HuggingFaceFolder.WeightsName)),
            await File.ReadAllBytesAsync(Path.Combine(stopped, HuggingFaceFolder.WeightsName))
        );
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(straight, "README.md")),
            await File.ReadAllTextAsync(Path.Combine(stopped, "README.md"))
        );
    }

    [Fact]
    public async Task A_base_can_be_trained_further_with_its_own_tokenizer_and_sizes()
    {
        using var folder = new TemporaryFolder();
        var (first, more) = (Path.Combine(folder.Path, "first"), Path.Combine(folder.Path, "more"));
        await Run(Recipe, first);
        var further = Recipe with
        {
            Start = first,
            Tokenizer = new PretrainTokenizer(),
            Model = new PretrainModel(),
            Corpus = Recipe.Corpus with
            {
                Sheets = new() { Share = 0.5 },
                Ways = new() { Share = 0.5 },
            },
            LearningRate = 1e-9,
        };
        await Run(further, more);
        foreach (var name in (string[])["tokenizer.json", "tokenizer_config.json", "config.json", "generation_config.json"])
        {
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(first, name)), await File.ReadAllTextAsync(Path.Combine(more, name)));
        }

        // So small a rate leaves the weights where they started.
        using var model = HuggingFaceFolder.Open(more);
        var layout = new ParameterLayout(model.Config.Shape);
        var (before, after) = (WeightsOf(first, layout).Values, WeightsOf(more, layout).Values);
        Assert.NotEqual(before, after);
        Assert.All(before.Zip(after), p => Assert.Equal(p.First, p.Second, 1e-5));
        var card = await File.ReadAllTextAsync(Path.Combine(more, "README.md"));
        Assert.Contains("never another attempt at a problem after a wrong one", card, StringComparison.Ordinal);
        Assert.Contains("two to eight different right solutions", card, StringComparison.Ordinal);
        Assert.Contains("continues `first`", card, StringComparison.Ordinal);

        var error = await Assert.ThrowsAsync<UserErrorException>(() =>
            Run(further with { Model = Recipe.Model }, Path.Combine(folder.Path, "other"))
        );
        Assert.Contains("has its own tokenizer and sizes", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "other")));
    }

    [Fact]
    public async Task A_run_that_fails_while_the_model_is_measured_keeps_every_step()
    {
        using var folder = new TemporaryFolder();
        var recipe = Recipe with { CheckpointEvery = 100 };
        await Assert.ThrowsAsync<IOException>(() =>
            Run(recipe, folder.Path, p => _ = p.Note.StartsWith("measuring", StringComparison.Ordinal) ? throw new IOException("disk") : 0)
        );
        var steps = new List<int>();
        await Run(recipe, folder.Path, p => steps.Add(p.Step), resume: true);
        Assert.DoesNotContain(steps, s => s is > 0 and < 6);
        HuggingFaceFolder.Open(folder.Path).Dispose();
    }

    [Fact]
    public async Task A_folder_with_a_model_is_refused_and_not_changed()
    {
        using var folder = new TemporaryFolder();
        folder.File(HuggingFaceFolder.WeightsName, "weights");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Run(Recipe, folder.Path));
        Assert.Contains("already holds a model", error.Message, StringComparison.Ordinal);
        Assert.Equal([HuggingFaceFolder.WeightsName], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_folder_with_other_files_is_refused_and_not_changed()
    {
        using var folder = new TemporaryFolder();
        folder.File("config.json", "mine");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Run(Recipe, folder.Path));
        Assert.Contains("holds files that pretraining has not written (config.json)", error.Message, StringComparison.Ordinal);
        Assert.Equal(["config.json"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(folder.Path, "config.json")));
    }

    [Fact]
    public async Task A_checkpoint_is_neither_overwritten_nor_invented()
    {
        using var folder = new TemporaryFolder();
        var output = Path.Combine(folder.Path, "model");
        var nothing = await Assert.ThrowsAsync<UserErrorException>(() => Run(Recipe, output, resume: true));
        Assert.Contains("there is nothing to resume", nothing.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(output));

        using var cancelled = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Run(Recipe, output, p => Cancel(cancelled, p.Step == 2), cancellationToken: cancelled.Token)
        );
        var unfinished = await Assert.ThrowsAsync<UserErrorException>(() => Run(Recipe, output));
        Assert.Contains("holds an unfinished model; continue with --resume", unfinished.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_of_another_recipe_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var cancelled = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Run(Recipe, folder.Path, p => Cancel(cancelled, p.Step == 2), cancellationToken: cancelled.Token)
        );
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Run(Recipe with { LearningRate = 1e-3 }, folder.Path, resume: true));
        Assert.Contains("checkpoint of another recipe", error.Message, StringComparison.Ordinal);

        // The output folder does not affect the model.
        await Run(Recipe with { Output = "elsewhere" }, folder.Path, resume: true);
    }

    [Fact]
    public async Task A_probe_without_questions_is_refused_before_training()
    {
        using var folder = new TemporaryFolder();
        var output = Path.Combine(folder.Path, "model");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Run(Recipe with { ProbeQuestions = 0 }, output));
        Assert.Contains("probeQuestions is 0", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(output));
    }

    private static Task Run(
        PretrainRecipe recipe,
        string output,
        Action<TrainingProgress>? progress = null,
        bool resume = false,
        CancellationToken cancellationToken = default
    ) => Pretrainer.RunAsync(recipe, "tiny.yaml", output, resume, new Immediate(progress ?? (_ => { })), cancellationToken);

    private static void Cancel(CancellationTokenSource source, bool now)
    {
        if (now)
        {
            source.Cancel();
        }
    }

    private static (int Slots, float[] Values) WeightsOf(string folder, ParameterLayout layout)
    {
        var path = Path.Combine(folder, HuggingFaceFolder.WeightsName);
        using var file = new SafetensorsReader(path);
        using var weights = new ParameterBuckets(layout, DeviceSpec.Cpu);
        WeightFile.Load(path, weights);
        return (file.Tensors.Count, weights.ToArray());
    }

    private sealed class Immediate(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
