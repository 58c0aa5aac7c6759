using Orleans.Concurrency;
using SkillFactory.Core.Artifacts;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Contracts.Batches;

/// <summary>One batch of prompts, keyed "experiment/stage key/batch number". Results are idempotent by (batch, attempt): the first
/// completion wins, and as a batch is deterministic, a second one is the same.</summary>
[Alias("skillfactory.prompt-batch")]
public interface IPromptBatchGrain : IGrainWithStringKey
{
    /// <summary>Defines the batch. Idempotent for the same spec. Durable when it returns.</summary>
    [Alias("Define")]
    Task<BatchStatus> DefineAsync(ArtifactRef spec);

    /// <summary>A worker begins: returns what to do and the attempt's number (the fencing token), or null when it is done already.</summary>
    [Alias("Begin")]
    Task<BatchAssignment?> BeginAsync(string slot);

    /// <summary>Records the result. Idempotent; a late attempt after completion changes nothing. Durable when it returns.</summary>
    [Alias("Complete")]
    Task CompleteAsync(int attempt, BatchOutcome outcome);

    /// <summary>The attempt failed. Retried by the pool until three attempts failed; at once for good when <paramref name="fatal"/>: only a person
    /// can mend it (<see cref="UserErrorException"/>).</summary>
    [Alias("Fail")]
    Task<BatchStatus> FailAsync(int attempt, string error, bool fatal);

    /// <summary>Returns when the batch is done or failed, or after at most <paramref name="wait"/> with the status as it is. Interleaves.</summary>
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

[GenerateSerializer, Alias("skillfactory.batch-assignment")]
public sealed record BatchAssignment([property: Id(0)] int Attempt, [property: Id(1)] ArtifactRef Spec);

/// <param name="Rollouts">JSON lines of rollouts, gzip.</param>
/// <param name="DeviceSeconds">Device time used, for fair share and the ledger.</param>
[GenerateSerializer, Alias("skillfactory.batch-outcome")]
public sealed record BatchOutcome(
    [property: Id(0)] ArtifactRef Rollouts,
    [property: Id(1)] long RolloutCount,
    [property: Id(2)] long GeneratedTokens,
    [property: Id(3)] long PromptTokens,
    [property: Id(4)] double DeviceSeconds
);

/// <param name="UserError">The error is a person's to mend, and says how.</param>
[GenerateSerializer, Alias("skillfactory.batch-status")]
public sealed record BatchStatus(
    [property: Id(0)] BatchPhase Phase,
    [property: Id(1)] int Attempts,
    [property: Id(2)] BatchOutcome? Outcome,
    [property: Id(3)] string? Error,
    [property: Id(4)] bool UserError = false
);
