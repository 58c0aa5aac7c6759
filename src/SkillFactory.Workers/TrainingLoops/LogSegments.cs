using SkillFactory.Core.Artifacts;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>The log of a training stage as a chain of artifacts, one per checkpoint, each with a reference to the one before.</summary>
internal static class LogSegments
{
    /// <summary>The part of <paramref name="log"/> that is new since <paramref name="stored"/>, with all its totals.</summary>
    /// <param name="stored">What the chain holds so far.</param>
    /// <param name="previous">The chain's newest segment; null for the first.</param>
    /// <param name="log">The whole log.</param>
    public static TrainingLog Since(TrainingLog stored, ArtifactRef? previous, TrainingLog log) =>
        log with
        {
            Previous = previous,
            Metrics = [.. log.Metrics.Skip(stored.Metrics.Count)],
            Rollouts = [.. log.Rollouts.Skip(stored.Rollouts.Count)],
            Validation = [.. log.Validation.Skip(stored.Validation.Count)],
        };

    /// <summary>The whole log that ends with the segment <paramref name="newest"/>.</summary>
    public static async Task<TrainingLog> ReadAsync(IArtifactStore artifacts, ArtifactRef newest, CancellationToken cancellationToken)
    {
        var segments = new List<TrainingLog>();
        for (ArtifactRef? next = newest; next is not null; next = segments[^1].Previous)
        {
            segments.Add(await artifacts.GetJsonAsync<TrainingLog>(next, cancellationToken));
        }

        var totals = segments[0];
        segments.Reverse();
        return totals with
        {
            Previous = null,
            Metrics = [.. segments.SelectMany(s => s.Metrics)],
            Rollouts = [.. segments.SelectMany(s => s.Rollouts)],
            Validation = [.. segments.SelectMany(s => s.Validation)],
        };
    }

    /// <summary>Whether every artifact exists that a run resumed from the checkpoint reads.</summary>
    public static async Task<bool> IsCompleteAsync(
        IArtifactStore artifacts,
        TrainingCheckpoint checkpoint,
        CancellationToken cancellationToken
    )
    {
        if (!await AllExistAsync([checkpoint.Weights.Tensors, checkpoint.Optimizer]))
        {
            return false;
        }

        for (ArtifactRef? next = checkpoint.Log; next is not null; )
        {
            if (!await artifacts.ExistsAsync(next, cancellationToken))
            {
                return false;
            }

            var segment = await artifacts.GetJsonAsync<TrainingLog>(next, cancellationToken);
            if (!await AllExistAsync(segment.Rollouts.Concat(segment.Validation)))
            {
                return false;
            }

            next = segment.Previous;
        }

        return true;

        async Task<bool> AllExistAsync(IEnumerable<ArtifactRef> needed)
        {
            foreach (var artifact in needed)
            {
                if (!await artifacts.ExistsAsync(artifact, cancellationToken))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
