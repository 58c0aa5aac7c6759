using Orleans.Runtime;
using SkillFactory.Contracts.Batches;
using SkillFactory.Core.Artifacts;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Batches;

/// <summary>A batch from its definition to its result. Each change is written before the call is answered. A lost worker does not count as
/// a failed execution; but a batch that loses many workers probably crashes them, so it fails after <see cref="MaxExecutions"/>.</summary>
internal sealed class PromptBatchGrain([PersistentState("batch")] IPersistentState<PromptBatchState> storage, TimeProvider time)
    : Grain,
        IPromptBatchGrain
{
    /// <summary>Failed executions after which the batch fails.</summary>
    public const int MaxFailures = 3;

    /// <summary>Executions that may begin before the batch fails.</summary>
    public const int MaxExecutions = 10;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    private TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Waits interleave with writes in flight, and callers must see only what is stored.
    private BatchStatus _stored = new(BatchPhase.Undefined, 0, null, null);

    private PromptBatchState State => storage.State;

    private bool IsEnded => State.Phase is BatchPhase.Done or BatchPhase.Failed;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Publish();
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
                $"Batch {this.GetPrimaryKeyString()} has the spec {State.Spec.Hash} and cannot be defined again with {spec.Hash}."
            );
        }

        if (State.Phase is BatchPhase.Undefined or BatchPhase.Failed)
        {
            await ChangeAsync(state =>
            {
                state.Phase = BatchPhase.Pending;
                state.Spec = spec;
                state.EarlierExecutions = state.Executions;
                state.FailedExecutions = [];
                state.Failure = null;
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

        if (State.Executions - State.EarlierExecutions >= MaxExecutions)
        {
            await ChangeAsync(state =>
            {
                state.Phase = BatchPhase.Failed;
                state.Failure = new Failure(
                    $"{MaxExecutions} executions began and none completed; the batch may crash its workers.",
                    IsUserError: false,
                    Cause: state.Failure?.Cause ?? "",
                    Origin: $"slot {slot} or an earlier one"
                );
            });
            return null;
        }

        await ChangeAsync(state =>
        {
            state.Phase = BatchPhase.Leased;
            state.Executions++;
        });
        return new BatchAssignment(State.Executions, State.Spec);
    }

    public async Task CompleteAsync(int execution, BatchOutcome outcome)
    {
        CheckExecution(execution);
        if (State.Phase != BatchPhase.Done)
        {
            await ChangeAsync(state =>
            {
                state.Phase = BatchPhase.Done;
                state.Outcome = outcome;
                state.Failure = null;
            });
        }
    }

    public async Task<BatchStatus> FailAsync(int execution, Failure failure)
    {
        CheckExecution(execution);
        if (!IsEnded && execution > State.EarlierExecutions && !State.FailedExecutions.Contains(execution))
        {
            await ChangeAsync(state =>
            {
                state.FailedExecutions.Add(execution);
                state.Failure = failure;
                if (failure.IsUserError || state.FailedExecutions.Count >= MaxFailures)
                {
                    state.Phase = BatchPhase.Failed;
                }
                else if (execution == state.Executions)
                {
                    // Only the latest execution holds the batch: the failure of an earlier one must not put it back.
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
                // Answered with the status as it is.
            }
        }

        return _stored;
    }

    private void CheckExecution(int execution)
    {
        if (execution < 1 || execution > State.Executions)
        {
            throw new ArgumentOutOfRangeException(
                nameof(execution),
                execution,
                $"Batch {this.GetPrimaryKeyString()} has had {State.Executions} executions."
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
            // The state in memory differs from the stored one now; the next activation reads it again.
            DeactivateOnIdle();
            throw;
        }

        Publish();
    }

    /// <summary>Shows the stored state to callers and wakes those that wait for the end.</summary>
    private void Publish()
    {
        _stored = new BatchStatus(State.Phase, State.Executions - State.EarlierExecutions, State.Outcome, State.Failure);
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
