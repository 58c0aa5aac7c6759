using Orleans.Concurrency;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;

namespace SkillFactory.Contracts.Experiments;

/// <summary>One experiment, keyed by its id: a durable state machine over stages. Its state is written before anything it decides
/// takes effect, so a crash at any point costs at most the unit in flight.</summary>
[Alias("skillfactory.experiment")]
public interface IExperimentGrain : IGrainWithStringKey
{
    /// <summary>Plans and starts. Idempotent by command id; answers at once. Durable when it returns.</summary>
    [Alias("Submit")]
    Task<ExperimentStatus> SubmitAsync(SubmitExperiment command);

    /// <summary>Goes on after a pause, a failure or a restart of the process; makes results again that are missing from the artifact store, also when the
    /// experiment was completed. Idempotent.</summary>
    [Alias("Resume")]
    Task<ExperimentStatus> ResumeAsync(Guid commandId);

    /// <summary>Stops at the next unit boundary and keeps everything. Interleaves; answers within a second or two.</summary>
    [Alias("Pause")]
    [AlwaysInterleave]
    Task<ExperimentStatus> PauseAsync(Guid commandId);

    /// <summary>Stops for good; finished stages stay in the artifact store. Interleaves.</summary>
    [Alias("Cancel")]
    [AlwaysInterleave]
    Task<ExperimentStatus> CancelAsync(Guid commandId);

    [Alias("GetStatus")]
    [AlwaysInterleave]
    [ReadOnly]
    Task<ExperimentStatus> GetStatusAsync();

    /// <summary>As it was submitted, with references to its recipe and model; null before.</summary>
    [Alias("GetSubmission")]
    [AlwaysInterleave]
    [ReadOnly]
    Task<SubmitExperiment?> GetSubmissionAsync();

    /// <summary>The finished stages so far, as each arm and seed sees them: what a client needs to export and report.</summary>
    [Alias("GetResults")]
    [AlwaysInterleave]
    [ReadOnly]
    Task<IReadOnlyList<ArmStageResult>> GetResultsAsync();

    /// <summary>Events with a sequence number above <paramref name="afterSequence"/>, as they happen; ends when the experiment
    /// reaches a terminal state or pauses. Reconnect with the last sequence seen. Events are kept in memory (a ring) and are lost with the silo;
    /// state and results are not.</summary>
    [Alias("Watch")]
    [AlwaysInterleave]
    IAsyncEnumerable<ExperimentEvent> WatchAsync(long afterSequence, CancellationToken cancellationToken = default);

    /// <summary>Progress from the grain that runs a stage (learner, batches). A hint: may be lost, never decides anything.</summary>
    [Alias("ReportProgress")]
    [AlwaysInterleave]
    [OneWay]
    Task ReportProgressAsync(StageProgress progress);

    /// <summary>The dataset of an SFT stage is ready; starts the learner. Comes from the bus (at least once); idempotent by stage key.</summary>
    [Alias("DatasetReady")]
    [AlwaysInterleave]
    Task DatasetReadyAsync(string sftStageKey, ArtifactRef dataset);

    /// <summary>The learner finished a stage. At least once; idempotent by stage key.</summary>
    [Alias("TrainingCompleted")]
    [AlwaysInterleave]
    Task TrainingCompletedAsync(StageResult result);

    /// <summary>The learner failed for good. Idempotent.</summary>
    /// <param name="userError">The error is a person's to mend, and says how.</param>
    [Alias("TrainingFailed")]
    [AlwaysInterleave]
    Task TrainingFailedAsync(string stageKey, string error, bool userError);
}

[GenerateSerializer, Alias("skillfactory.submit")]
public sealed record SubmitExperiment(
    [property: Id(0)] Guid CommandId,
    [property: Id(1)] ArtifactRef Recipe,
    [property: Id(2)] ArtifactRef Model,
    [property: Id(3)] string Tenant,
    [property: Id(4)] string OutputFolder,
    [property: Id(5)] bool Reuse
);

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

    /// <summary>Done by another experiment, or another arm of this one; its artifact was used as it is.</summary>
    Reused,
    Failed,
}

/// <param name="Name">"seed/arm/stage" for people; a shared stage carries its first arm's name.</param>
/// <param name="Key">Stage key (hash of inputs, settings, code version); null until its inputs are known.</param>
[GenerateSerializer, Alias("skillfactory.stage-status")]
public sealed record StageStatus(
    [property: Id(0)] string Name,
    [property: Id(1)] string Kind,
    [property: Id(2)] StagePhase Phase,
    [property: Id(3)] string? Key,
    [property: Id(4)] double WallSeconds,
    [property: Id(5)] StageProgress? Progress
);

/// <param name="UserError">The error is a person's to mend (a full disk, a damaged file), and says how.</param>
[GenerateSerializer, Alias("skillfactory.experiment-status")]
public sealed record ExperimentStatus(
    [property: Id(0)] string ExperimentId,
    [property: Id(1)] string Name,
    [property: Id(2)] string Tenant,
    [property: Id(3)] ExperimentPhase Phase,
    [property: Id(4)] long Revision,
    [property: Id(5)] DateTimeOffset SubmittedAt,
    [property: Id(6)] string OutputFolder,
    [property: Id(7)] string? Error,
    [property: Id(8)] IReadOnlyList<StageStatus> Stages,
    [property: Id(9)] bool UserError = false
);

/// <summary>Where a running stage is.</summary>
/// <param name="StageName">As in <see cref="StageStatus.Name"/>.</param>
/// <param name="Done">Units done (prompts, sequences, steps).</param>
/// <param name="Total">Units in all; 0 when unknown.</param>
/// <param name="Unit">What is counted: "prompts", "steps", ….</param>
/// <param name="Tokens">Tokens generated or trained on so far in this stage.</param>
/// <param name="Waiting">What is waited for, in words; empty when nothing.</param>
/// <param name="Metrics">The latest step's metrics, if a step just ended.</param>
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

/// <param name="Kind">"phase", "stage", "progress", "log"; "heartbeat" (no news, the sequence number of the latest event) keeps an idle
/// enumeration alive.</param>
[GenerateSerializer, Alias("skillfactory.experiment-event")]
public sealed record ExperimentEvent(
    [property: Id(0)] long Sequence,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string Kind,
    [property: Id(3)] string Text,
    [property: Id(4)] ExperimentPhase Phase,
    [property: Id(5)] StageStatus? Stage
);
