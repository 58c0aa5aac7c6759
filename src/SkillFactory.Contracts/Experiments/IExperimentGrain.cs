using Orleans.Concurrency;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Contracts.Experiments;

/// <summary>
/// One experiment, keyed by its id: a durable state machine over stages. It writes each decision to its state before it acts on it, so a
/// crash loses at most the unit of work in flight. No call waits for a stage; all answer well within the response timeout of 30 s.
/// Methods that interleave run between the awaits of the others.
/// </summary>
[Alias("skillfactory.experiment")]
public interface IExperimentGrain : IGrainWithStringKey
{
    /// <summary>Plans the experiment and starts it. Returns as soon as the submission is stored. Idempotent: a repeated submission of the
    /// same recipe and model returns the status.</summary>
    /// <exception cref="UserErrorException">The id exists with another recipe or model.</exception>
    [Alias("Submit")]
    Task<ExperimentStatus> SubmitAsync(SubmitExperiment command);

    /// <summary>Continues a paused or failed experiment, and a completed one whose results are missing from the artifact store. Returns as
    /// soon as the decision is stored. Idempotent by command id.</summary>
    /// <exception cref="UserErrorException">There is no such experiment, it was cancelled, or its recipe cannot be read.</exception>
    [Alias("Resume")]
    Task<ExperimentStatus> ResumeAsync(Guid commandId);

    /// <summary>Stops at the next unit boundary and keeps all results. Returns as soon as the decision is stored. Idempotent by command id.
    /// Interleaves.</summary>
    /// <exception cref="UserErrorException">There is no such experiment.</exception>
    [Alias("Pause")]
    [AlwaysInterleave]
    Task<ExperimentStatus> PauseAsync(Guid commandId);

    /// <summary>Stops for good; finished stages stay in the artifact store. Otherwise as <see cref="PauseAsync"/>.</summary>
    /// <exception cref="UserErrorException">There is no such experiment.</exception>
    [Alias("Cancel")]
    [AlwaysInterleave]
    Task<ExperimentStatus> CancelAsync(Guid commandId);

    /// <summary>The current status; <see cref="ExperimentPhase.None"/> before the submission. Interleaves.</summary>
    [Alias("GetStatus")]
    [AlwaysInterleave]
    [ReadOnly]
    Task<ExperimentStatus> GetStatusAsync();

    /// <summary>The submission, with references to its recipe and model; null before it. Interleaves.</summary>
    [Alias("GetSubmission")]
    [AlwaysInterleave]
    [ReadOnly]
    Task<SubmitExperiment?> GetSubmissionAsync();

    /// <summary>The finished stages of each seed and arm: what a client needs to export and report. Interleaves.</summary>
    [Alias("GetResults")]
    [AlwaysInterleave]
    [ReadOnly]
    Task<IReadOnlyList<ArmStageResult>> GetResultsAsync();

    /// <summary>Streams events whose sequence number is above <paramref name="afterSequence"/>. Ends when the experiment is paused or in a
    /// terminal phase. To reconnect, pass the last sequence number received. Events are kept in memory (a ring) and are lost with the silo;
    /// state and results are not. Interleaves.</summary>
    /// <exception cref="UserErrorException">There is no such experiment.</exception>
    [Alias("Watch")]
    [AlwaysInterleave]
    IAsyncEnumerable<ExperimentEvent> WatchAsync(long afterSequence, CancellationToken cancellationToken = default);

    /// <summary>Progress from a learner. One way: it may be lost, and nothing is decided by it. Interleaves.</summary>
    [Alias("ReportProgress")]
    [AlwaysInterleave]
    [OneWay]
    Task ReportProgressAsync(StageProgress progress);

    /// <summary>The dataset of an SFT stage is complete; starts the learner. Delivered at least once by the bus; idempotent by stage key.
    /// Interleaves.</summary>
    [Alias("DatasetReady")]
    [AlwaysInterleave]
    Task DatasetReadyAsync(string sftStageKey, ArtifactRef dataset);

    /// <summary>The learner finished a stage. Durable on return. Delivered at least once; idempotent by stage key. Interleaves.</summary>
    [Alias("TrainingCompleted")]
    [AlwaysInterleave]
    Task TrainingCompletedAsync(StageResult result);

    /// <summary>The learner gave up on a stage. Delivered at least once; idempotent by stage key. Interleaves.</summary>
    [Alias("TrainingFailed")]
    [AlwaysInterleave]
    Task TrainingFailedAsync(string stageKey, Failure failure);
}

/// <summary>Starts an experiment.</summary>
/// <param name="CommandId">Identifies the command, which may be delivered more than once.</param>
/// <param name="Recipe">A recipe as JSON artifact.</param>
/// <param name="Model">A base model as JSON artifact.</param>
/// <param name="Tenant">The tenant whose catalog lists it.</param>
/// <param name="OutputFolder">The run folder that clients export to: relative to the workspace, or absolute outside it.</param>
/// <param name="Reuse">Whether stages whose results are in the store are skipped.</param>
[GenerateSerializer, Alias("skillfactory.submit")]
public sealed record SubmitExperiment(
    [property: Id(0)] Guid CommandId,
    [property: Id(1)] ArtifactRef Recipe,
    [property: Id(2)] ArtifactRef Model,
    [property: Id(3)] string Tenant,
    [property: Id(4)] string OutputFolder,
    [property: Id(5)] bool Reuse
)
{
    /// <summary>Where the models and files of the recipe were on the submitter's disk: absolute paths by their names in
    /// <see cref="Recipe"/>. They are not part of the experiment, and only the recipe in the run folder shows them.</summary>
    [Id(6)]
    public IReadOnlyDictionary<string, string> Paths { get; init; } = new Dictionary<string, string>();
}

[GenerateSerializer, Alias("skillfactory.experiment-phase")]
public enum ExperimentPhase
{
    None,
    Running,
    Paused,
    Completed,
    Failed,
    Cancelled,
}

[GenerateSerializer, Alias("skillfactory.stage-phase")]
public enum StagePhase
{
    Pending,
    Running,
    Done,

    /// <summary>Its result existed already, from another experiment or another arm, and was used.</summary>
    Reused,
    Failed,
}

/// <summary>Where one stage is.</summary>
/// <param name="Name">"seed/arm/stage", for display; a shared stage has the name of its first arm.</param>
/// <param name="Kind">Which stage of the recipe: "sample", "sft", ….</param>
/// <param name="Key">Stage key (hash of inputs, settings, code version); null until the inputs are known.</param>
/// <param name="WallSeconds">Seconds spent on it, over all interruptions.</param>
/// <param name="Progress">Null before the first report.</param>
[GenerateSerializer, Alias("skillfactory.stage-status")]
public sealed record StageStatus(
    [property: Id(0)] string Name,
    [property: Id(1)] string Kind,
    [property: Id(2)] StagePhase Phase,
    [property: Id(3)] string? Key,
    [property: Id(4)] double WallSeconds,
    [property: Id(5)] StageProgress? Progress
);

/// <summary>Where an experiment is.</summary>
/// <param name="Revision">Number of state changes so far.</param>
/// <param name="Failure">Why it failed; null unless it did.</param>
/// <param name="Stages">In the order of the plan.</param>
[GenerateSerializer, Alias("skillfactory.experiment-status")]
public sealed record ExperimentStatus(
    [property: Id(0)] string ExperimentId,
    [property: Id(1)] string Name,
    [property: Id(2)] string Tenant,
    [property: Id(3)] ExperimentPhase Phase,
    [property: Id(4)] long Revision,
    [property: Id(5)] DateTimeOffset SubmittedAt,
    [property: Id(6)] string OutputFolder,
    [property: Id(7)] Failure? Failure,
    [property: Id(8)] IReadOnlyList<StageStatus> Stages
);

/// <summary>Where a running stage is.</summary>
/// <param name="StageName">As in <see cref="StageStatus.Name"/>.</param>
/// <param name="Done">Units done (prompts, sequences, steps).</param>
/// <param name="Total">Units in all; 0 when unknown.</param>
/// <param name="Unit">What is counted: "prompts", "steps", ….</param>
/// <param name="Tokens">Tokens generated or trained on so far in this stage.</param>
/// <param name="Waiting">What the stage waits for, for display; empty when for nothing.</param>
/// <param name="Metrics">Metrics of the step that just ended; null otherwise.</param>
[GenerateSerializer, Alias("skillfactory.stage-progress")]
public sealed record StageProgress(
    [property: Id(0)] string StageName,
    [property: Id(1)] double Done,
    [property: Id(2)] double Total,
    [property: Id(3)] string Unit,
    [property: Id(4)] long Tokens,
    [property: Id(5)] string Waiting,
    [property: Id(6)] MetricRow? Metrics
);

/// <summary>One item of <see cref="IExperimentGrain.WatchAsync"/>.</summary>
/// <param name="Kind">"phase", "stage", "progress", or "heartbeat": no news, with the latest event's sequence number; keeps an idle
/// enumeration alive.</param>
/// <param name="Text">For "phase", why the experiment failed; otherwise empty.</param>
[GenerateSerializer, Alias("skillfactory.experiment-event")]
public sealed record ExperimentEvent(
    [property: Id(0)] long Sequence,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string Kind,
    [property: Id(3)] string Text,
    [property: Id(4)] ExperimentPhase Phase,
    [property: Id(5)] StageStatus? Stage
);
