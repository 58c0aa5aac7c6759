using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SkillFactory.Cli.Running;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Tests.Running;

/// <summary>A system with one experiment that the test controls.</summary>
internal sealed class FakeRunSystem : IRunSystemFactory, IRunSystem, IExperimentGrain, IExperimentCatalogGrain
{
    public const string Id = "demo-12345678";

    private readonly Channel<ExperimentEvent> _events = Channel.CreateUnbounded<ExperimentEvent>();

    public ExperimentPhase Phase { get; set; } = ExperimentPhase.None;

    public Failure? Failure { get; set; }

    public IReadOnlyList<StageStatus> Stages { get; set; } = [];

    /// <summary>Results of the finished experiment are missing, so that a resume runs it again.</summary>
    public bool LostResults { get; set; }

    /// <summary>Thrown by each export.</summary>
    public Exception? ExportError { get; set; }

    /// <summary>Other experiments in the workspace.</summary>
    public List<CatalogEntry> Others { get; } = [];

    public List<string> Calls { get; } = [];

    public Recipe? Recipe { get; private set; }

    public IExperimentCatalogGrain Catalog => this;

    /// <summary>Set an exception to make the system fail.</summary>
    public TaskCompletionSource Crash { get; } = new();

    public Task Failed => Crash.Task;

    public bool RunsStages { get; set; } = true;

    /// <summary>Sets the phase and ends the event stream.</summary>
    public void End(ExperimentPhase phase)
    {
        Phase = phase;
        _events.Writer.TryComplete();
    }

    public void Send(ExperimentEvent change) => _events.Writer.TryWrite(change);

    /// <summary>What the check says about the data files.</summary>
    public IReadOnlyList<string> Notes { get; set; } = [];

    public IReadOnlyList<string> Check(LocatedRecipe located, string folder)
    {
        Calls.Add("check");
        return Notes;
    }

    public Task<IRunSystem> StartAsync(string workspace, string device, CancellationToken cancellationToken)
    {
        Calls.Add($"start {workspace} {device}");
        return Task.FromResult<IRunSystem>(this);
    }

    public Task<IRunSystem> OpenAsync(string workspace, CancellationToken cancellationToken)
    {
        Calls.Add($"open {workspace}");
        return Task.FromResult<IRunSystem>(this);
    }

    public Task<RunTarget> PrepareAsync(RunRequest request, CancellationToken cancellationToken)
    {
        Recipe = request.Recipe;
        var nothing = new ArtifactRef("", 0, "");
        var folder = request.Output is null ? "/runs/demo" : Path.GetFullPath(request.Output);
        return Task.FromResult(
            new RunTarget(Id, new SubmitExperiment(Guid.NewGuid(), nothing, nothing, "default", folder, !request.Fresh))
        );
    }

    public Dictionary<string, string> Headlines { get; } = [];

    public Task<IReadOnlyDictionary<string, string>> HeadlinesAsync(
        string experimentId,
        IReadOnlySet<string> known,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(
            Headlines.Where(h => !known.Contains(h.Key)).ToDictionary(StringComparer.Ordinal)
        );

    public IExperimentGrain Experiment(string id) => this;

    public Task<ExportedRun> ExportAsync(string experimentId, string? output, CancellationToken cancellationToken)
    {
        lock (Calls)
        {
            Calls.Add(output is null ? "export" : $"export {output}");
        }

        if (ExportError is not null)
        {
            throw ExportError;
        }

        var folder = output ?? "/runs/demo";
        return Task.FromResult(
            new ExportedRun(
                folder,
                $"{folder}/report.html",
                [
                    [new("accuracy, %"), new("base")],
                    [new("countdown 3"), new("27.1", "[25.0, 29.2]")],
                ],
                ["Largest loss: letters 4, from 47.2 % (base) to 0.0 % (skillfactory)."]
            )
        );
    }

    public Task<ExperimentStatus> SubmitAsync(SubmitExperiment command)
    {
        Calls.Add(command.Reuse ? "submit" : "submit fresh");
        Phase = Phase == ExperimentPhase.None ? ExperimentPhase.Running : Phase;
        return GetStatusAsync();
    }

    public Task<ExperimentStatus> ResumeAsync(Guid commandId)
    {
        Calls.Add("resume");
        if (LostResults)
        {
            Phase = ExperimentPhase.Running;
            var running = GetStatusAsync();
            End(ExperimentPhase.Completed);
            return running;
        }

        return GetStatusAsync();
    }

    public Task<ExperimentStatus> PauseAsync(Guid commandId)
    {
        Calls.Add("pause");
        End(ExperimentPhase.Paused);
        return GetStatusAsync();
    }

    public Task<ExperimentStatus> CancelAsync(Guid commandId) => throw new NotSupportedException();

    public Task<ExperimentStatus> GetStatusAsync() =>
        Task.FromResult(new ExperimentStatus(Id, "demo", "default", Phase, 1, default, "/runs/demo", Failure, Stages));

    public Task<SubmitExperiment?> GetSubmissionAsync() => throw new NotSupportedException();

    public Task<IReadOnlyList<ArmStageResult>> GetResultsAsync() => throw new NotSupportedException();

    public async IAsyncEnumerable<ExperimentEvent> WatchAsync(
        long afterSequence,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await foreach (var change in _events.Reader.ReadAllAsync(cancellationToken))
        {
            yield return change;
        }
    }

    public Task ReportProgressAsync(StageProgress progress) => throw new NotSupportedException();

    public Task DatasetReadyAsync(string sftStageKey, ArtifactRef dataset) => throw new NotSupportedException();

    public Task TrainingCompletedAsync(StageResult result) => throw new NotSupportedException();

    public Task TrainingFailedAsync(string stageKey, Failure failure) => throw new NotSupportedException();

    public Task RecordAsync(CatalogEntry entry) => throw new NotSupportedException();

    public Task<IReadOnlyList<CatalogEntry>> ListAsync(string? search) =>
        Task.FromResult<IReadOnlyList<CatalogEntry>>([
            .. Others,
            .. Phase == ExperimentPhase.None ? (CatalogEntry[])[] : [new CatalogEntry(Id, "demo", Phase, default, "/runs/demo")],
        ]);

    public ValueTask DisposeAsync()
    {
        Calls.Add("stop");
        return ValueTask.CompletedTask;
    }
}
