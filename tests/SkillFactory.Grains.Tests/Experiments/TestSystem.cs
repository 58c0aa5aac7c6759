using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.TestingHost;
using SkillFactory.Contracts;
using SkillFactory.Contracts.Compute;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Messages;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Dispatch.Submission;
using SkillFactory.Grains.Experiments;
using SkillFactory.Grains.State;
using SkillFactory.Storage.Artifacts;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>A silo with the real control grains, a scripted replica and learner, and an artifact store of its own.</summary>
internal sealed class TestSystem : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WatchdogPeriod = TimeSpan.FromMilliseconds(500);

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly InProcessTestCluster _cluster;

    private TestSystem()
    {
        Store = new FileArtifactStore(Path.Combine(_folder.Path, "store"), TimeProvider.System);

        // Written once, so that runs prepared concurrently share one model.
        _model = Directory.CreateDirectory(Path.Combine(_folder.Path, "base")).FullName;
        foreach (var file in (string[])["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"])
        {
            File.WriteAllText(Path.Combine(_model, file), $"{{\"file\":\"{file}\"}}");
        }

        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.AddMemoryGrainStorage(StateStorageExtensions.Provider);
                silo.UseInMemoryReminderService();
                silo.Configure<ReminderOptions>(o => o.MinimumReminderPeriod = WatchdogPeriod);
                silo.AddIncomingGrainCallFilter(call => Script.Fault(call.InterfaceMethod) is { } fault ? throw fault : call.Invoke());
                silo.Services.AddContractSerialization();
                silo.Services.AddGrainState();
                silo.Services.TryAddSingleton(TimeProvider.System);
                silo.Services.AddSingleton<IArtifactStore>(new ScriptedStore(Store, Script));
                silo.Services.AddSingleton(Script);
                silo.Services.AddSingleton<IEventPublisher, LoopbackPublisher>();
                silo.Services.Configure<ExperimentOptions>(o =>
                {
                    o.Watchdog = WatchdogPeriod;
                    o.LearnerPoll = TimeSpan.FromMilliseconds(200);
                    o.EffectRetry = TimeSpan.FromMilliseconds(300);
                    o.Heartbeat = TimeSpan.FromMilliseconds(500);
                });
            }
        );
        builder.ConfigureClient(client => client.Services.AddContractSerialization());
        _cluster = builder.Build();
    }

    public Script Script { get; } = new();

    public FileArtifactStore Store { get; }

    public IClusterClient Client => _cluster.Client;

    /// <summary>Files of unfinished work in the store.</summary>
    public IReadOnlyList<string> Scratch =>
        Directory.Exists(Path.Combine(Store.Root, "scratch"))
            ? [.. Directory.EnumerateFiles(Path.Combine(Store.Root, "scratch"), "*", SearchOption.AllDirectories)]
            : [];

    /// <summary>Number of reminders of a grain.</summary>
    public async Task<int> RemindersAsync(IAddressable grain) =>
        (await _cluster.Silos[0].ServiceProvider.GetRequiredService<IReminderTable>().ReadRows(grain.GetGrainId())).Reminders.Count;

    public static async Task<TestSystem> StartAsync(int replicas = 2)
    {
        var system = new TestSystem();
        await system._cluster.DeployAsync();
        for (var i = 0; i < replicas; i++)
        {
            await system.Client.GetGrain<IModelReplicaGrain>($"test/cpu/{i}").EnsureRunningAsync();
        }

        return system;
    }

    /// <summary>A small recipe with three arms on multiplication.</summary>
    public static Recipe Recipe(string name = "tiny") =>
        new()
        {
            Name = name,
            Model = "base",
            Prompts = "compact",
            Train =
            [
                new QuestionSource
                {
                    Task = "multiplication",
                    Level = "2x1",
                    Weight = 3,
                },
                new QuestionSource
                {
                    Task = "multiplication",
                    Level = "3x1",
                    Weight = 1,
                },
            ],
            Sampling = new SamplingSettings
            {
                Questions = 12,
                AttemptsPerVariant = 4,
                Variants = ["original", "rephrase"],
                PromptsPerBatch = 5,
            },
            Reflection = new ReflectionSettings { PerAttempt = 2, PromptsPerBatch = 16 },
            Traces = new TraceSettings
            {
                Format = "stop_at_first_correct",
                FinalAnswer = "last_attempt",
                Attempts = 3,
                Phrases = "compact",
                Layout = "compact",
            },
            Sft = new SftSettings { Gate = new SftGate { Questions = 4 } },
            Grpo = new GrpoSettings
            {
                Steps = 3,
                PromptsPerStep = 4,
                GroupSize = 4,
            },
            Evaluation = new EvaluationSettings
            {
                Sets =
                [
                    new QuestionSource { Task = "multiplication", Level = "2x1" },
                    new QuestionSource
                    {
                        Task = "multiplication",
                        Level = "2x2",
                        Questions = 5,
                    },
                ],
                Questions = 6,
                Samples = 2,
                Resamples = 50,
                Decoding = new Decoding { MaxNewTokens = 20 },
                LimitScale = new Dictionary<string, double> { ["multiplication/2x2"] = 1.5 },
                PromptsPerBatch = 4,
            },
            Arms =
            [
                new ArmSettings { Name = "base" },
                new ArmSettings { Name = "rl-only", Stages = ["grpo"] },
                new ArmSettings { Name = "skillfactory", Stages = ["sample", "reflect", "traces", "sft", "grpo"] },
            ],
        };

    public Task<PreparedExperiment> PrepareAsync(Recipe recipe, bool fresh = false) =>
        new ExperimentSubmission(Store).PrepareAsync(
            recipe with
            {
                Model = _model,
            },
            id => Path.Combine(_folder.Path, "runs", id),
            fresh: fresh
        );

    public IExperimentGrain Experiment(PreparedExperiment prepared) => Client.GetGrain<IExperimentGrain>(prepared.ExperimentId);

    public async Task<IExperimentGrain> SubmitAsync(Recipe recipe, bool fresh = false)
    {
        var prepared = await PrepareAsync(recipe, fresh);
        await Experiment(prepared).SubmitAsync(prepared.Command);
        return Experiment(prepared);
    }

    /// <summary>Waits until the experiment does not run any more, and returns its status.</summary>
    public static async Task<ExperimentStatus> RestAsync(IExperimentGrain experiment)
    {
        using var limit = new CancellationTokenSource(Timeout);
        while (true)
        {
            try
            {
                await foreach (var _ in experiment.WatchAsync(0, limit.Token)) { }

                var status = await experiment.GetStatusAsync();
                if (status.Phase != ExperimentPhase.Running)
                {
                    return status;
                }
            }
            catch (EnumerationAbortedException)
            {
                // The activation ended; watch the next one.
            }
        }
    }

    public async Task<IReadOnlyList<ArmStageResult>> RunAsync(Recipe recipe, bool fresh = false)
    {
        var experiment = await SubmitAsync(recipe, fresh);
        var status = await RestAsync(experiment);
        Assert.True(status.Phase == ExperimentPhase.Completed, status.Failure?.Message);
        return await experiment.GetResultsAsync();
    }

    /// <summary>Ends the grain's activation, which loses everything that is not stored.</summary>
    public static Task ForgetAsync(IAddressable grain) =>
        grain.Cast<Orleans.Core.Internal.IGrainManagementExtension>().DeactivateOnIdle().AsTask();

    public static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        using var limit = new CancellationTokenSource(Timeout);
        while (!await holds())
        {
            Assert.False(limit.IsCancellationRequested, $"still waiting until {what}");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Script.Open();
        await _cluster.DisposeAsync();

        // A stage that was running may still write its last artifact.
        for (var left = 50; ; left--)
        {
            try
            {
                _folder.Dispose();
                return;
            }
            catch (IOException) when (left > 0)
            {
                await Task.Delay(100);
            }
        }
    }
}
