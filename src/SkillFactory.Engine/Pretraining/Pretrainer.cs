using SkillFactory.Core.Randomness;
using SkillFactory.Core.Traces;
using SkillFactory.Engine.Checkpoints;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Native;
using SkillFactory.Engine.Pretraining.Corpus;
using SkillFactory.Engine.Training;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;
using SkillFactory.Storage.ModelFolders;
using SkillFactory.Tokenization;
using SkillFactory.Tokenization.Templates;

namespace SkillFactory.Engine.Pretraining;

/// <summary>
/// Trains a base model: trains a tokenizer on the corpus, then the decoder, or continues with those of another base; writes a Hugging Face
/// folder, and measures the model for its card. A corpus document is a function of its index, so the batch of a step needs no state.
/// </summary>
public static class Pretrainer
{
    private const string StateFolder = ".training";

    /// <summary>Trains the model, from the start or from the last checkpoint.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="recipeName">File name of the recipe, for the model card.</param>
    /// <param name="output">Model folder.</param>
    /// <param name="resume">Whether to continue from the last checkpoint in the folder.</param>
    /// <param name="progress">Called after every step.</param>
    /// <param name="cancellationToken">Stops after the current step and writes a checkpoint.</param>
    /// <exception cref="UserErrorException">The folder already holds a model, a checkpoint of another recipe, or anything that pretraining
    /// did not write; or it holds a checkpoint when not resuming, or no run when
    /// resuming.</exception>
    public static async Task RunAsync(
        PretrainRecipe recipe,
        string recipeName,
        string output,
        bool resume,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken
    )
    {
        recipe.Corpus.Validate();
        if (recipe.Start is { } first && (recipe.Tokenizer != new PretrainTokenizer() || recipe.Model != new PretrainModel()))
        {
            throw new UserErrorException(
                $"{recipeName}: the base in {first} has its own tokenizer and sizes; remove the sections tokenizer and model, or start"
            );
        }

        if (recipe.ProbeQuestions < 1)
        {
            throw new UserErrorException($"{recipeName}: probeQuestions is {recipe.ProbeQuestions}; expected at least 1");
        }

        var state = new PretrainState(Path.Combine(output, StateFolder), RecipeHash(recipe));
        RequireFolder(output, state, resume);
        var corpus = new CorpusGenerator(recipe.Corpus, recipe.Seed);
        state.Begin();
        if (recipe.Start is { } begin)
        {
            CopyDefinition(begin, output);
        }
        else
        {
            progress.Report(new TrainingProgress(0, recipe.Steps, 0, 0, "training the tokenizer"));
            await TokenizerFolder.WriteAsync(output, TrainTokenizer(recipe, corpus), cancellationToken);
            var (tokenizer, template) = TokenizerFolder.Load(output);
            await HuggingFaceFolder.WriteConfigAsync(output, ConfigOf(recipe.Model, tokenizer, template), cancellationToken);
        }

        var model = ModelDefinition.Load(output);
        var device = DeviceSpec.Parse(recipe.Device);
        TorchLibrary.Use(device);
        var layout = new ParameterLayout(model.Shape);
        using var executor = new DeviceExecutor($"{device}/pretrain", mathThreads: 1);
        using var weights = new DecoderWeights(layout, device);
        var figures = await executor.RunAsync(
            () =>
            {
                var seed = KeyedRandom.Of(recipe.Seed, "pretrain");
                if (recipe.Start is { } folder)
                {
                    WeightFile.Load(folder, weights.Values);
                }
                else
                {
                    weights.Initialize(seed.Child("weights"));
                }

                using var trainer = new Trainer(weights, TrainerOptions.For(device, weights.Layout.Shape));
                Train(recipe, corpus, model, trainer, state, resume ? state.Load(trainer) : 0, progress, cancellationToken);
                progress.Report(new TrainingProgress(recipe.Steps, recipe.Steps, 0, 0, "measuring the model"));
                return PretrainProbe.Measure(recipe, weights, model, seed.Child("probe"));
            },
            cancellationToken
        );
        await ModelCard.WriteAsync(output, recipe, recipeName, layout, figures);
        await AtomicFile.WriteAsync(
            Path.Combine(output, HuggingFaceFolder.WeightsName),
            stream =>
                executor.RunAsync(
                    () =>
                    {
                        WeightFile.Write(stream, weights.Values, model.StoredType);
                        return true;
                    },
                    cancellationToken
                ),
            cancellationToken
        );
        state.Delete();
    }

    /// <summary>Checks that nothing in the folder would be lost.</summary>
    private static void RequireFolder(string output, PretrainState state, bool resume)
    {
        if (File.Exists(Path.Combine(output, HuggingFaceFolder.WeightsName)))
        {
            throw new UserErrorException($"{output} already holds a model; remove it, or choose another folder with --output");
        }

        if (resume && !state.IsBegun)
        {
            throw new UserErrorException($"there is nothing to resume: no run has begun in {output}; start without --resume");
        }

        if (!resume && state.HasCheckpoint)
        {
            throw new UserErrorException(
                $"{output} holds an unfinished model; continue with --resume, or choose another folder with --output"
            );
        }

        if (!state.IsBegun && Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).FirstOrDefault() is { } other)
        {
            throw new UserErrorException(
                $"{output} holds files that pretraining has not written ({Path.GetFileName(other)}); "
                    + "choose a new or empty folder with --output"
            );
        }
    }

    /// <summary>The corpus as text, and the roles of the chat template as often as keeps each one token.</summary>
    private static TokenizerDefinition TrainTokenizer(PretrainRecipe recipe, CorpusGenerator corpus) =>
        TokenizerTrainer.Train(
            corpus
                .TokenizerText(recipe.Tokenizer.Documents)
                .Concat(Enumerable.Repeat("user\nassistant\n", recipe.Tokenizer.Documents / 20)),
            new TokenizerTrainingOptions
            {
                VocabSize = recipe.Tokenizer.VocabSize,
                LargestNumber = recipe.Tokenizer.LargestNumber,
                PlainTokens = Tags.Markup,
            }
        );

    private static void CopyDefinition(string from, string to)
    {
        HuggingFaceFolder.Open(from).Dispose();
        foreach (var name in ModelFolderFiles.Required.Concat(ModelFolderFiles.Optional).Where(n => File.Exists(Path.Combine(from, n))))
        {
            File.Copy(Path.Combine(from, name), Path.Combine(to, name), overwrite: true);
        }
    }

    private static ModelConfig ConfigOf(PretrainModel model, Tokenizer tokenizer, ChatTemplate template) =>
        new()
        {
            Shape = new DecoderShape
            {
                VocabSize = tokenizer.VocabSize,
                HiddenSize = model.HiddenSize,
                Layers = model.Layers,
                Heads = model.Heads,
                KvHeads = model.KvHeads,
                HeadDim = model.HiddenSize / model.Heads,
                IntermediateSize = model.IntermediateSize,
                MaxPositions = model.MaxPositions,
                RopeTheta = model.RopeTheta,
                TiedEmbedding = true,
            },
            EosTokenIds = [template.EndTokenId(tokenizer)],
        };

    /// <summary>Identifies everything that the weights depend on.</summary>
    private static string RecipeHash(PretrainRecipe recipe) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(
                System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
                    recipe with
                    {
                        Output = "",
                        ProbeQuestions = 0,
                        Start = recipe.Start is { } start ? DigestOf(start) : null,
                    },
                    Core.CoreJson.Options
                )
            )
        );

    /// <summary>The digest of a model's weights.</summary>
    private static string DigestOf(string folder)
    {
        string[] files = ModelFolderFiles.IsSharded(folder)
            ? [.. ShardIndex.Read(folder).Values.Distinct().Order(StringComparer.Ordinal)]
            : [HuggingFaceFolder.WeightsName];
        var digests = files.Select(file =>
        {
            using var stream = File.OpenRead(Path.Combine(folder, file));
            return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream));
        });
        return string.Join(';', digests);
    }

    private static void Train(
        PretrainRecipe recipe,
        CorpusGenerator corpus,
        ModelDefinition model,
        Trainer trainer,
        PretrainState state,
        int first,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var optimizer = new AdamWSettings(recipe.Beta1, recipe.Beta2, recipe.WeightDecay, recipe.ClipNorm);
        long tokens = 0;
        for (var step = first + 1; step <= recipe.Steps; step++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                state.Save(trainer, step - 1);
                cancellationToken.ThrowIfCancellationRequested();
            }

            var start = (long)(step - 1) * recipe.BatchSize;
            var batch = Enumerable.Range(0, recipe.BatchSize).Select(i => Encode(model, corpus.Document(start + i))).ToArray();
            var rate = LearningRate.Trapezoid(
                step,
                recipe.Steps,
                recipe.LearningRate,
                recipe.WarmupSteps,
                recipe.FinalLearningRateShare,
                recipe.DecayShare
            );
            var done = trainer.Supervised(batch, rate, optimizer, CancellationToken.None);
            tokens += done.Tokens;
            progress.Report(new TrainingProgress(step, recipe.Steps, tokens, done.Loss, ""));
            if (step % recipe.CheckpointEvery == 0 || step == recipe.Steps)
            {
                state.Save(trainer, step);
            }
        }
    }

    private static TrainingSequence Encode(ModelDefinition model, TrainingExample example)
    {
        var encoded = model.Template.EncodeExample(model.Tokenizer, example);
        return new TrainingSequence(encoded.Tokens, encoded.Loss);
    }
}
