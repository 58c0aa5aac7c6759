using System.Runtime.CompilerServices;
using SkillFactory.Contracts.Batches;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Sampling;

namespace SkillFactory.Dispatch.Batches;

/// <summary>Reads the rollouts of finished batches.</summary>
public static class RolloutReading
{
    /// <summary>The rollouts in the order of <paramref name="outcomes"/>, one at a time.</summary>
    public static async IAsyncEnumerable<Rollout> ReadRolloutsAsync(
        this IArtifactStore artifacts,
        IEnumerable<BatchOutcome> outcomes,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var outcome in outcomes)
        {
            await foreach (var rollout in artifacts.ReadLinesAsync<Rollout>(outcome.Rollouts, cancellationToken))
            {
                yield return rollout;
            }
        }
    }
}
