using SkillFactory.Contracts.Batches;
using SkillFactory.Core.Sampling;
using SkillFactory.Dispatch.Batches;

namespace SkillFactory.Workers.Learning;

/// <summary>The stage's batches on a compute pool.</summary>
internal sealed class PooledStageBatches(BatchDispatcher dispatcher, string experimentId, string poolKey, string stageKey) : IStageBatches
{
    public Task<IReadOnlyList<BatchOutcome>> RunAsync(
        string part,
        IReadOnlyList<BatchSpec> specs,
        Func<BatchProgress, Task> progress,
        CancellationToken cancellationToken
    ) => dispatcher.RunAsync(experimentId, poolKey, stageKey, part, specs, progress, cancellationToken);
}
