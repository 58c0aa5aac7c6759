using SkillFactory.Contracts.Batches;
using SkillFactory.Contracts.Compute;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Sampling;
using SkillFactory.Dispatch.Calls;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Dispatch.Batches;

/// <summary>Where a set of batches is.</summary>
/// <param name="Done">Batches done.</param>
/// <param name="Total">Batches in all.</param>
/// <param name="Rollouts">Rollouts of the done ones.</param>
/// <param name="GeneratedTokens">Tokens of the done ones.</param>
/// <param name="Waiting">Who does not answer at the moment, in words; empty when all do.</param>
public sealed record BatchProgress(int Done, int Total, long Rollouts, long GeneratedTokens, string Waiting);

/// <summary>Runs a set of prompt batches on a pool and waits for all: used by stages and by the learner's rollouts alike. Safe to repeat after
/// a crash: batches that are done are not run again. Grains that cannot be reached for a while are asked until they can. Call it from a grain;
/// every continuation stays on the grain's scheduler.</summary>
public sealed class BatchDispatcher(IGrainFactory grains, IArtifactStore artifacts, RetryingCaller calls)
{
    /// <summary>How long one wait on a batch lasts before it is looked at again.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(10);

    /// <param name="experimentId">The owner, for fair share.</param>
    /// <param name="poolKey">Device class.</param>
    /// <param name="stageKey">The stage they belong to: batches and their results are scratch of it.</param>
    /// <param name="part">Tells sets of one stage apart: batches are keyed "experiment/stage key/part/number". Empty for the only one.</param>
    /// <param name="specs">The batches, in order.</param>
    /// <param name="progress">Called on the grain's scheduler whenever it changed.</param>
    /// <param name="cancellationToken">Stops waiting; the batches stay defined and go on later.</param>
    /// <returns>Outcomes in the order of the specs; their rollouts are in the store.</returns>
    /// <exception cref="BatchFailedException">A batch failed for good.</exception>
    /// <exception cref="UserErrorException">The same, for a reason that a person can mend.</exception>
    public async Task<IReadOnlyList<BatchOutcome>> RunAsync(
        string experimentId,
        string poolKey,
        string stageKey,
        string part,
        IReadOnlyList<BatchSpec> specs,
        Func<BatchProgress, Task>? progress,
        CancellationToken cancellationToken
    )
    {
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

        await Report();
        for (var i = 0; i < specs.Count; i++)
        {
            while (outcomes[i] is null)
            {
                cancellationToken.ThrowIfCancellationRequested();
                outcomes[i] = await CallAsync(i, keys[i], batch => batch.WaitAsync(Poll, cancellationToken));
                if (outcomes[i] is not null)
                {
                    await Report();
                }
                else
                {
                    // The pool's queue and leases are soft state: after a loss its owners fill it again. What it knows of changes nothing.
                    await EnqueueAsync([keys[i]]);
                }
            }
        }

        return outcomes!;

        // A batch that is done stays done. Where its result was deleted from the store since, the same batch runs once more, under another name.
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

        async Task<BatchOutcome?> CallAsync(int number, string key, Func<IPromptBatchGrain, Task<BatchStatus>> question) =>
            Check(
                key,
                await calls.CallAsync(
                    $"batch {number} of {experimentId}",
                    () => question(grains.GetGrain<IPromptBatchGrain>(key)),
                    WaitFor,
                    cancellationToken
                )
            );

        Task EnqueueAsync(IReadOnlyList<string> batches) =>
            calls.CallAsync(
                $"the pool '{poolKey}'",
                () => grains.GetGrain<IComputePoolGrain>(poolKey).EnqueueAsync(experimentId, batches),
                WaitFor,
                cancellationToken
            );

        Task WaitFor(string whom)
        {
            waiting = whom;
            return Report();
        }

        async Task Report()
        {
            if (progress is not null)
            {
                var done = outcomes.Where(o => o is not null).ToArray();
                await progress(
                    new BatchProgress(
                        done.Length,
                        outcomes.Length,
                        done.Sum(o => o!.RolloutCount),
                        done.Sum(o => o!.GeneratedTokens),
                        waiting
                    )
                );
            }
        }
    }

    /// <summary>The rollouts of a finished batch.</summary>
    public Task<List<Rollout>> ReadAsync(BatchOutcome outcome, CancellationToken cancellationToken) =>
        artifacts.ReadAllAsync<Rollout>(outcome.Rollouts, cancellationToken);

    private static BatchOutcome? Check(string key, BatchStatus status) =>
        status.Phase switch
        {
            BatchPhase.Done => status.Outcome,
            BatchPhase.Failed when status is { UserError: true, Error: { } error } => throw new UserErrorException(error),
            BatchPhase.Failed => throw new BatchFailedException(key, status.Error ?? "no reason recorded"),
            _ => null,
        };
}

/// <summary>A batch failed for good; the message is its last attempt's.</summary>
[GenerateSerializer, Alias("skillfactory.batch-failed")]
public sealed class BatchFailedException : Exception
{
    public BatchFailedException(string batch, string error)
        : base($"batch {batch} failed: {error}") { }
}
