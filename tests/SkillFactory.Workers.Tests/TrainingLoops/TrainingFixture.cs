using SkillFactory.Contracts.Batches;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Training;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Dispatch.Batches;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Storage.Artifacts;
using SkillFactory.Storage.Safetensors;
using SkillFactory.Workers.Devices;
using SkillFactory.Workers.Replicas;
using SkillFactory.Workers.TrainingLoops;

namespace SkillFactory.Workers.Tests.TrainingLoops;

/// <summary>Training runs of the tiny base model without a cluster: files in a temporary folder, batches run by a local replica, and a
/// clock that stands still, so that metrics can be compared.</summary>
internal sealed class TrainingFixture : IBatchRunner, IAsyncDisposable
{
    private static readonly string ModelFolder = Path.Combine(AppContext.BaseDirectory, "models", "tiny-base");

    private readonly TemporaryFolder _folder = new();
    private readonly DeviceExecutor _executor = new("test", mathThreads: 1);
    private readonly ModelLibrary _library;
    private readonly ReplicaSession _replica;

    public TrainingFixture()
    {
        Store = new RecordingStore(new FileArtifactStore(_folder.Path, TimeProvider.System));
        _library = new ModelLibrary(Store);
        Weights = new WeightLibrary(Store, DeviceSpec.Cpu);
        _replica = new ReplicaSession(_library, Weights, _executor);
    }

    public RecordingStore Store { get; }

    /// <summary>The weights that trainer and replica share.</summary>
    public WeightLibrary Weights { get; }

    /// <summary>The type that the model's configuration states.</summary>
    public TensorType StoredType { get; set; } = TensorType.F32;

    /// <summary>A clock that stands still, unless a test needs times.</summary>
    public TimeProvider Time { get; init; } = new StoppedClock();

    /// <summary>Every checkpoint in order.</summary>
    public List<TrainingCheckpoint> Checkpoints { get; } = [];

    /// <summary>Called with each progress report.</summary>
    public Action<StageProgress> OnReport { get; set; } = _ => { };

    /// <summary>Questions that the tiny base model sometimes answers.</summary>
    public static IReadOnlyList<Question> Questions(int count)
    {
        var settings = new Dictionary<string, string>
        {
            ["min"] = "1",
            ["max"] = "9",
            ["targetMin"] = "1",
            ["targetMax"] = "99",
            ["operators"] = "+-*",
            ["maxIntermediate"] = "199",
            ["use"] = "exactly_once",
        };
        return TaskRegistry.Get("countdown").Generate(new QuestionSpec("3", settings, "compact"), Split.Rl, count, new KeyedRandom(3));
    }

    /// <summary>A stage with six short traces, of four steps by default.</summary>
    public async Task<TrainingSpec> SftAsync(SftSettings? settings = null, bool validate = false) =>
        await SpecAsync(validate) with
        {
            Sft = settings
                ?? new SftSettings
                {
                    Epochs = 2,
                    BatchSize = 3,
                    LearningRate = 1e-3,
                    WarmupSteps = 1,
                    CheckpointEvery = 100,
                },
            Dataset = await Store.PutLinesAsync(
                Enumerable
                    .Range(0, 6)
                    .Select(i => new SilverTrace($"t{i}", "q", null, $"{i}+1", [new($"{i}1+1", "attempt", true)], [], [], [], "given"))
            ),
        };

    /// <summary>A stage of three steps by default.</summary>
    public async Task<TrainingSpec> GrpoAsync(GrpoSettings? settings = null, bool validate = false) =>
        await SpecAsync(validate) with
        {
            Grpo = settings
                ?? new GrpoSettings
                {
                    Steps = 3,
                    PromptsPerStep = 2,
                    GroupSize = 8,
                    PromptsPerBatch = 1,
                    LearningRate = 1e-4,
                    CheckpointEvery = 100,
                    Decoding = new Decoding { MaxNewTokens = 48 },
                    Credit = new CreditSettings { Attempt = 1, Verdict = 1 },
                },
            Questions = await Store.PutLinesAsync(Questions(4)),
        };

    public TrainingContext Context(TrainingSpec spec) =>
        new(
            "stage",
            "1/arm/train",
            spec,
            ModelDefinition.Load(ModelFolder) with
            {
                StoredType = StoredType,
            },
            Store,
            Weights,
            this,
            "cpu",
            _executor,
            DeviceSpec.Cpu,
            Time,
            checkpoint =>
            {
                Checkpoints.Add(checkpoint);
                return Task.CompletedTask;
            },
            progress =>
            {
                OnReport(progress);
                return Task.CompletedTask;
            }
        );

    public Task<StageResult> RunAsync(TrainingSpec spec, TrainingCheckpoint? from = null, CancellationToken cancellationToken = default)
    {
        var context = Context(spec);
        ITrainingMethod method = spec.Sft is null ? new GrpoMethod(context) : new SftMethod(context);
        return new TrainingLoop(context, method).RunAsync(from, cancellationToken);
    }

    /// <summary>Runs until a report matches, cancels there, and returns the checkpoint that is left.</summary>
    public async Task<TrainingCheckpoint?> CancelAsync(TrainingSpec spec, Func<StageProgress, bool> at)
    {
        using var cancellation = new CancellationTokenSource();
        OnReport = progress =>
        {
            if (at(progress))
            {
                cancellation.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(spec, null, cancellation.Token));
        OnReport = _ => { };
        return Checkpoints.LastOrDefault();
    }

    async Task<IReadOnlyList<BatchOutcome>> IBatchRunner.RunAsync(
        BatchSet set,
        IReadOnlyList<BatchSpec> specs,
        Func<BatchProgress, Task>? progress,
        CancellationToken cancellationToken
    )
    {
        var outcomes = new List<BatchOutcome>();
        foreach (var spec in specs)
        {
            await (progress?.Invoke(new BatchProgress(outcomes.Count, specs.Count, 0, "")) ?? Task.CompletedTask);
            var (rollouts, seconds) = (await _replica.RunAsync(spec, () => Task.FromResult(true), cancellationToken))!.Value;
            outcomes.Add(
                new BatchOutcome(
                    await Store.PutLinesAsync(rollouts, cancellationToken),
                    rollouts.Count,
                    rollouts.Sum(r => (long)r.TokenCount),
                    rollouts.Sum(r => (long)r.PromptTokenCount),
                    seconds
                )
            );
        }

        return outcomes;
    }

    public ValueTask DisposeAsync()
    {
        Weights.Dispose();
        _library.Dispose();
        _executor.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<TrainingSpec> SpecAsync(bool validate)
    {
        async Task<ArtifactRef> PutAsync(string name) => await Store.PutAsync("application/octet-stream", async target =>
            {
                await using var source = File.OpenRead(Path.Combine(ModelFolder, name));
                await source.CopyToAsync(target);
            });
        string[] names = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"];
        var files = new Dictionary<string, ArtifactRef>();
        foreach (var name in names)
        {
            files[name] = await PutAsync(name);
        }

        var decoding = new Decoding { MaxNewTokens = 16 };
        var validation = validate ? new ValidationSpec(await Store.PutLinesAsync(Questions(2)), decoding, Every: 2) : null;
        var weights = new WeightsRef(0, await PutAsync("model.safetensors"));
        return new TrainingSpec(
            "experiment",
            7,
            new ModelRef(files),
            weights,
            "compact",
            null,
            null,
            null,
            null,
            decoding,
            null,
            validation
        );
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
