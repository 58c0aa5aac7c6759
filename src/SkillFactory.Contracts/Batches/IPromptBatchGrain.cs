using Orleans.Concurrency;
using SkillFactory.Core.Artifacts;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Contracts.Batches;

/// <summary>
/// One batch of prompts, keyed "experiment/stage key/number" (with parts in between where a stage runs several sets). Workers execute it;
/// every execution has a number. The first execution to complete wins; batches are deterministic, so a second result is the same.
/// </summary>
[Alias("skillfactory.prompt-batch")]
public interface IPromptBatchGrain : IGrainWithStringKey
{
    /// <summary>Defines the batch, or opens it again after a failure. Idempotent for the same spec. Durable on return.</summary>
    /// <exception cref="InvalidOperationException">The batch has another spec.</exception>
    [Alias("Define")]
    Task<BatchStatus> DefineAsync(ArtifactRef spec);

    /// <summary>A worker begins an execution. Returns what to run and the execution's number (a fencing token), or null when the batch is
    /// done or failed. Each call begins another execution. Durable on return.</summary>
    /// <param name="slot">The worker's slot.</param>
    /// <exception cref="InvalidOperationException">The batch is not defined.</exception>
    [Alias("Begin")]
    Task<BatchAssignment?> BeginAsync(string slot);

    /// <summary>Records the result. Idempotent; after the first completion, later ones change nothing. Durable on return.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No execution with this number began.</exception>
    [Alias("Complete")]
    Task CompleteAsync(int execution, BatchOutcome outcome);

    /// <summary>Records that an execution failed. The batch fails with the third failure, or with the first when it is a user error, which
    /// would only repeat itself; until then it returns to the pool. Idempotent by execution. Durable on return.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No execution with this number began.</exception>
    [Alias("Fail")]
    Task<BatchStatus> FailAsync(int execution, Failure failure);

    /// <summary>Returns when the batch is done or failed, or with the status as it is after <paramref name="wait"/> or 20 s, whichever is
    /// shorter (a long poll). Interleaves.</summary>
    [Alias("Wait")]
    [AlwaysInterleave]
    Task<BatchStatus> WaitAsync(TimeSpan wait, CancellationToken cancellationToken = default);
}

[GenerateSerializer, Alias("skillfactory.batch-phase")]
public enum BatchPhase
{
    Undefined,
    Pending,
    Leased,
    Done,
    Failed,
}

/// <param name="Execution">Number of the execution, from 1.</param>
/// <param name="Spec">A batch spec as JSON artifact.</param>
[GenerateSerializer, Alias("skillfactory.batch-assignment")]
public sealed record BatchAssignment([property: Id(0)] int Execution, [property: Id(1)] ArtifactRef Spec);

/// <param name="Rollouts">JSON lines of rollouts, gzip.</param>
/// <param name="DeviceSeconds">Device time used, for fair share and the stage's counts.</param>
[GenerateSerializer, Alias("skillfactory.batch-outcome")]
public sealed record BatchOutcome(
    [property: Id(0)] ArtifactRef Rollouts,
    [property: Id(1)] long RolloutCount,
    [property: Id(2)] long GeneratedTokens,
    [property: Id(3)] long PromptTokens,
    [property: Id(4)] double DeviceSeconds
);

/// <param name="Executions">Executions begun since the batch was last opened.</param>
/// <param name="Outcome">Null unless it is done.</param>
/// <param name="Failure">Of the last execution that failed; null when none did, and when the batch is done.</param>
[GenerateSerializer, Alias("skillfactory.batch-status")]
public sealed record BatchStatus(
    [property: Id(0)] BatchPhase Phase,
    [property: Id(1)] int Executions,
    [property: Id(2)] BatchOutcome? Outcome,
    [property: Id(3)] Failure? Failure
);
