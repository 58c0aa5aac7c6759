using Orleans.Runtime;
using SkillFactory.Contracts.Batches;
using SkillFactory.Core.Artifacts;

namespace SkillFactory.Grains.Batches;

/// <summary>A batch from its definition to its result. Every change is written before it is answered. An attempt whose worker vanishes is
/// not a failure, but a batch that loses worker after worker probably ends them, and fails too.</summary>
internal sealed class PromptBatchGrain([PersistentState("batch")] IPersistentState<PromptBatchState> storage, TimeProvider time)
    : Grain,
        IPromptBatchGrain
{
    /// <summary>Attempts that may report a failure.</summary>
    public const int MaxFailures = 3;

    /// <summary>Attempts that may begin, failed or lost.</summary>
    public const int MaxAttempts = 10;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    private TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // What callers are told: only what is stored. Waits interleave with writes in flight.
    private BatchStatus _stored = new(BatchPhase.Undefined, 0, null, null);

    private PromptBatchState State => storage.State;

    private bool IsEnded => State.Phase is BatchPhase.Done or BatchPhase.Failed;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Stored();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _ended.TrySetResult();
        return Task.CompletedTask;
    }

    public async Task<BatchStatus> DefineAsync(ArtifactRef spec)
    {
        if (State.Spec is not null && State.Spec.Hash != spec.Hash)
        {
            throw new InvalidOperationException(
                $"Batch {this.GetPrimaryKeyString()} is defined by {State.Spec.Hash} and cannot be redefined by {spec.Hash}: a batch is planned once."
            );
        }

        if (State.Phase is BatchPhase.Undefined or BatchPhase.Failed)
        {
            await ChangeAsync(state =>
            {
                state.Phase = BatchPhase.Pending;
                state.Spec = spec;
                state.OpenedAt = state.Attempts;
                state.FailedAttempts = [];
                (state.Error, state.UserError) = (null, false);
            });
        }

        return _stored;
    }

    public async Task<BatchAssignment?> BeginAsync(string slot)
    {
        if (State.Spec is null)
        {
            throw new InvalidOperationException($"Batch {this.GetPrimaryKeyString()} is not defined yet.");
        }

        if (IsEnded)
        {
            return null;
        }

        if (State.Attempts - State.OpenedAt >= MaxAttempts)
        {
            await ChangeAsync(state =>
            {
                state.Phase = BatchPhase.Failed;
                state.Error = $"{MaxAttempts} attempts began and none ended; the last slot to try was {slot} or one before it.";
            });
            return null;
        }

        await ChangeAsync(state =>
        {
            state.Phase = BatchPhase.Leased;
            state.Attempts++;
        });
        return new BatchAssignment(State.Attempts, State.Spec);
    }

    public async Task CompleteAsync(int attempt, BatchOutcome outcome)
    {
        CheckAttempt(attempt);
        if (State.Phase != BatchPhase.Done)
        {
            await ChangeAsync(state =>
            {
                state.Phase = BatchPhase.Done;
                state.Outcome = outcome;
                (state.Error, state.UserError) = (null, false);
            });
        }
    }

    public async Task<BatchStatus> FailAsync(int attempt, string error, bool fatal)
    {
        CheckAttempt(attempt);
        if (!IsEnded && attempt > State.OpenedAt && !State.FailedAttempts.Contains(attempt))
        {
            await ChangeAsync(state =>
            {
                state.FailedAttempts.Add(attempt);
                (state.Error, state.UserError) = (error, fatal);
                if (fatal || state.FailedAttempts.Count >= MaxFailures)
                {
                    state.Phase = BatchPhase.Failed;
                }
                else if (attempt == state.Attempts)
                {
                    // Only the latest attempt holds the batch; while a later one runs, an earlier one's failure puts nothing back.
                    state.Phase = BatchPhase.Pending;
                }
            });
        }

        return _stored;
    }

    public async Task<BatchStatus> WaitAsync(TimeSpan wait, CancellationToken cancellationToken = default)
    {
        var limit = wait < MaxWait ? wait : MaxWait;
        if (limit > TimeSpan.Zero)
        {
            try
            {
                await _ended.Task.WaitAsync(limit, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // The status as it is.
            }
        }

        return _stored;
    }

    private void CheckAttempt(int attempt)
    {
        if (attempt < 1 || attempt > State.Attempts)
        {
            throw new ArgumentOutOfRangeException(
                nameof(attempt),
                attempt,
                $"Batch {this.GetPrimaryKeyString()} has had {State.Attempts} attempts."
            );
        }
    }

    private async Task ChangeAsync(Action<PromptBatchState> change)
    {
        change(State);
        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            // What is in memory is not what is stored: read it again on the next call.
            DeactivateOnIdle();
            throw;
        }

        Stored();
    }

    private void Stored()
    {
        _stored = new BatchStatus(State.Phase, State.Attempts - State.OpenedAt, State.Outcome, State.Error, State.UserError);
        if (IsEnded)
        {
            _ended.TrySetResult();
        }
        else if (_ended.Task.IsCompleted)
        {
            _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
