using SkillFactory.Contracts.Training;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Stages;

/// <summary>Has the experiment's learner train a stage and waits for the result.</summary>
internal interface IStageTrainer
{
    /// <summary>Announces the dataset on the bus. The learner starts when the announcement comes back.</summary>
    /// <exception cref="FailureException">The learner gave up.</exception>
    Task<StageResult> TrainOnDatasetAsync(TrainingCommand command, ArtifactRef dataset, CancellationToken cancellationToken);

    /// <summary>Starts the learner at once.</summary>
    /// <exception cref="FailureException">The learner gave up.</exception>
    Task<StageResult> TrainAsync(TrainingCommand command, CancellationToken cancellationToken);
}
