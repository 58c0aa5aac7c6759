using SkillFactory.Contracts.Batches;
using SkillFactory.Core.Sampling;

namespace SkillFactory.Dispatch.Batches;

/// <summary>Runs a set of prompt batches and waits for all of them.</summary>
public interface IBatchRunner
{
    /// <summary>Repeating a run after a crash is safe: batches that are done do not run again.</summary>
    /// <param name="set">Whose batches they are.</param>
    /// <param name="specs">The batches, in order.</param>
    /// <param name="progress">Called on the caller's scheduler after every change; null for no reports.</param>
    /// <param name="cancellationToken">Stops waiting. The batches stay defined and a later run continues them.</param>
    /// <returns>Outcomes in the order of the specs.</returns>
    /// <exception cref="Primitives.Errors.FailureException">A batch failed.</exception>
    Task<IReadOnlyList<BatchOutcome>> RunAsync(
        BatchSet set,
        IReadOnlyList<BatchSpec> specs,
        Func<BatchProgress, Task>? progress,
        CancellationToken cancellationToken
    );
}
