using SkillFactory.Contracts.Compute;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Errors;
using SkillFactory.Core.Sampling;

namespace SkillFactory.Contracts.Batches;

/// <summary>Where a set of batches is.</summary>
/// <param name="Done">Batches done.</param>
/// <param name="Total">Batches in all.</param>
/// <param name="Rollouts">Rollouts of the done ones.</param>
/// <param name="GeneratedTokens">Tokens of the done ones.</param>
public sealed record BatchProgress(int Done, int Total, long Rollouts, long GeneratedTokens);

/// <summary>Runs a set of prompt batches on a pool and waits for all: used by stages and by the learner's rollouts alike. Safe to repeat after
/// a crash: batches that are done are not run again. Call it from a grain; every continuation stays on the grain's scheduler.</summary>
public sealed class BatchDispatcher(IGrainFactory grains, IArtifactStore artifacts)
{
    /// <summary>How long one wait on a batch lasts before it is looked at again.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(10);

    /// <param name="experimentId">The owner, for fair share.</param>
    /// <param name="poolKey">Device class.</param>
    /// <param name="scope">Stage key (with the step for GRPO): batches are keyed "experiment/scope/number".</param>
    /// <param name="specs">The batches, in order.</param>
    /// <param name="progress">Called on the grain's scheduler whenever the number done changed.</param>
    /// <param name="cancellationToken">Stops waiting; the batches stay defined and go on later.</param>
    /// <returns>Outcomes in the order of the specs.</returns>
    /// <exception cref="BatchFailedException">A batch failed for good.</exception>
    /// <exception cref="UserErrorException">The same, for a reason that a person can mend.</exception>
    public async Task<IReadOnlyList<BatchOutcome>> RunAsync(
        string experimentId,
        string poolKey,
        string scope,
        IReadOnlyList<BatchSpec> specs,
        Func<BatchProgress, Task>? progress,
        CancellationToken cancellationToken)
    {
        var keys = specs.Select((_, i) => $"{experimentId}/{scope}/{i}").ToArray();
        var outcomes = new BatchOutcome?[specs.Count];
        var waiting = new List<string>();
        for (var i = 0; i < specs.Count; i++)
        {
            var artifact = await artifacts.PutJsonAsync(specs[i], cancellationToken);
            var status = await grains.GetGrain<IPromptBatchGrain>(keys[i]).DefineAsync(artifact);
            outcomes[i] = Check(keys[i], status);
            if (outcomes[i] is null)
            {
                waiting.Add(keys[i]);
            }
        }

        var pool = grains.GetGrain<IComputePoolGrain>(poolKey);
        if (waiting.Count > 0)
        {
            await pool.EnqueueAsync(experimentId, waiting);
        }

        await Report();
        for (var i = 0; i < specs.Count; i++)
        {
            while (outcomes[i] is null)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var status = await grains.GetGrain<IPromptBatchGrain>(keys[i]).WaitAsync(Poll, cancellationToken);
                outcomes[i] = Check(keys[i], status);
                if (outcomes[i] is not null)
                {
                    await Report();
                }
                else
                {
                    // The pool's queue and leases are soft state: after a loss its owners fill it again. What it knows of changes nothing.
                    await pool.EnqueueAsync(experimentId, [keys[i]]);
                }
            }
        }

        return outcomes!;

        async Task Report()
        {
            if (progress is not null)
            {
                var done = outcomes.Where(o => o is not null).ToArray();
                await progress(new BatchProgress(done.Length, outcomes.Length, done.Sum(o => o!.RolloutCount), done.Sum(o => o!.GeneratedTokens)));
            }
        }
    }

    /// <summary>The rollouts of a finished batch.</summary>
    public Task<List<Rollout>> ReadAsync(BatchOutcome outcome, CancellationToken cancellationToken) =>
        artifacts.ReadAllAsync<Rollout>(outcome.Rollouts, cancellationToken);

    private static BatchOutcome? Check(string key, BatchStatus status) => status.Phase switch
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
        : base($"batch {batch} failed: {error}")
    {
    }
}
