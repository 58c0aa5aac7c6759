using SkillFactory.Contracts.Batches;
using SkillFactory.Contracts.Compute;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Sampling;
using SkillFactory.Dispatch.Calls;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Dispatch.Batches;

/// <summary>Runs a set of prompt batches on a pool and waits for all of them; used by stages and by learners. Repeating a run after a
/// crash is safe: batches that are done do not run again. Grains that cannot be reached are called until they answer. Call it from a grain;
/// every continuation stays on the grain's scheduler.</summary>
public sealed class BatchDispatcher(IGrainFactory grains, IArtifactStore artifacts, RetryingCaller calls) : IBatchRunner
{
    /// <summary>How long one wait on a batch lasts before the batch is enqueued again.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    /// <remarks>Batches are keyed "experiment/stage key/part/number".</remarks>
    public async Task<IReadOnlyList<BatchOutcome>> RunAsync(
        BatchSet set,
        IReadOnlyList<BatchSpec> specs,
        Func<BatchProgress, Task>? progress,
        CancellationToken cancellationToken
    )
    {
        var (experimentId, poolKey, stageKey, part) = set;
        var scope = part.Length == 0 ? $"{experimentId}/{stageKey}" : $"{experimentId}/{stageKey}/{part}";
        var scratch = artifacts.Within(StageKey.ScratchOf(experimentId, stageKey));
        var keys = new string[specs.Count];
        var outcomes = new BatchOutcome?[specs.Count];
        var waiting = "";
        for (var i = 0; i < specs.Count; i++)
        {
            var spec = await scratch.PutJsonAsync(specs[i], cancellationToken);
            (keys[i], outcomes[i]) = await DefineAsync(i, spec);
        }

        var open = keys.Where((_, i) => outcomes[i] is null).ToList();
        if (open.Count > 0)
        {
            await EnqueueAsync(open);
        }

        await ReportAsync();
        for (var i = 0; i < specs.Count; i++)
        {
            while (outcomes[i] is null)
            {
                cancellationToken.ThrowIfCancellationRequested();
                outcomes[i] = await CallAsync(i, keys[i], batch => batch.WaitAsync(Poll, cancellationToken));
                if (outcomes[i] is not null)
                {
                    await ReportAsync();
                }
                else
                {
                    // The pool keeps its queue in memory and may have lost it. Enqueueing a batch that it knows changes nothing.
                    await EnqueueAsync([keys[i]]);
                }
            }
        }

        return outcomes!;

        // A batch that is done stays done. If its rollouts were deleted from the store since, the same batch runs under another key.
        async Task<(string Key, BatchOutcome? Outcome)> DefineAsync(int number, ArtifactRef spec)
        {
            for (var again = 0; ; again++)
            {
                var key = again == 0 ? $"{scope}/{number}" : $"{scope}/again-{again}/{number}";
                var outcome = await CallAsync(number, key, batch => batch.DefineAsync(spec));
                if (outcome is null || await artifacts.ExistsAsync(outcome.Rollouts, cancellationToken))
                {
                    return (key, outcome);
                }
            }
        }

        async Task<BatchOutcome?> CallAsync(int number, string key, Func<IPromptBatchGrain, Task<BatchStatus>> call) =>
            OutcomeOf(
                key,
                await calls.CallAsync(
                    $"batch {number} of {experimentId}",
                    () => call(grains.GetGrain<IPromptBatchGrain>(key)),
                    ReportWaitingAsync,
                    cancellationToken
                )
            );

        Task EnqueueAsync(IReadOnlyList<string> batches) =>
            calls.CallAsync(
                $"the pool '{poolKey}'",
                () => grains.GetGrain<IComputePoolGrain>(poolKey).EnqueueAsync(experimentId, batches),
                ReportWaitingAsync,
                cancellationToken
            );

        Task ReportWaitingAsync(string callee)
        {
            waiting = callee;
            return ReportAsync();
        }

        async Task ReportAsync()
        {
            if (progress is not null)
            {
                var done = outcomes.OfType<BatchOutcome>().ToArray();
                await progress(new BatchProgress(done.Length, outcomes.Length, done.Sum(o => o.GeneratedTokens), waiting));
            }
        }
    }

    private static BatchOutcome? OutcomeOf(string key, BatchStatus status) =>
        status switch
        {
            { Phase: BatchPhase.Done } => status.Outcome,
            { Phase: BatchPhase.Failed, Failure: { IsUserError: true } failure } => throw new FailureException(failure),
            { Phase: BatchPhase.Failed, Failure: { } failure } => throw new FailureException(
                failure with
                {
                    Message = $"batch {key} failed: {failure.Message}",
                }
            ),
            { Phase: BatchPhase.Failed } => throw new InvalidOperationException($"batch {key} failed without a reason"),
            _ => null,
        };
}
