namespace SkillFactory.Core.Advantages;

/// <summary>Truncated importance sampling between sampler and trainer (Yao et al. 2025): corrects the loss where the sampler drew from
/// another distribution than the trainer computes.</summary>
public static class ImportanceWeights
{
    /// <summary>min(p of the trainer / p of the sampler, limit) for each token.</summary>
    /// <param name="trainer">log p of each token as the trainer computes it, before the step's first update.</param>
    /// <param name="sampler">log p of each token when it was sampled.</param>
    /// <param name="limit">Most weight of a token.</param>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static float[] Of(IReadOnlyList<float> trainer, IReadOnlyList<float> sampler, double limit) =>
        trainer.Count == sampler.Count
            ? [.. trainer.Zip(sampler, (t, s) => (float)Math.Min(Math.Exp((double)t - s), limit))]
            : throw new ArgumentException(
                $"{trainer.Count} log-probabilities of the trainer, {sampler.Count} of the sampler",
                nameof(sampler)
            );
}
