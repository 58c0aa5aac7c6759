using SkillFactory.Engine.Training;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>A policy that can score sequences.</summary>
internal interface IPolicy
{
    /// <summary>Computes log p of each sequence's loss tokens, after temperature.</summary>
    Task<IReadOnlyList<float[]>> LogProbsAsync(
        IReadOnlyList<TrainingSequence> sequences,
        double temperature,
        CancellationToken cancellationToken
    );
}
