using SkillFactory.Contracts.Batches;
using SkillFactory.Core.Sampling;
using SkillFactory.Dispatch.Batches;

namespace SkillFactory.Workers.Learning;

/// <summary>Runs the prompt batches of one training stage.</summary>
internal interface IStageBatches
{
    /// <summary>Runs a set of batches and waits for all of them. Repeated after a crash, it does not run finished batches again.</summary>
    /// <param name="part">Identifies the set within the stage.</param>
    /// <param name="specs">The batches, in order.</param>
    /// <param name="progress">Called on the caller's scheduler whenever progress changes.</param>
    /// <returns>Outcomes in the order of <paramref name="specs"/>.</returns>
    Task<IReadOnlyList<BatchOutcome>> RunAsync(
        string part,
        IReadOnlyList<BatchSpec> specs,
        Func<BatchProgress, Task> progress,
        CancellationToken cancellationToken
    );
}
