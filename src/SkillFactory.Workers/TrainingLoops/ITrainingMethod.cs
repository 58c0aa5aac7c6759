using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>What SFT and GRPO each add to <see cref="TrainingLoop"/>: their data, one step, and the end of the stage.</summary>
internal interface ITrainingMethod : IAsyncDisposable
{
    /// <summary>Kind of the stage's result.</summary>
    string StageKind { get; }

    /// <summary>Whether short sequences share a row of a micro-batch.</summary>
    bool Packing { get; }

    /// <summary>Steps between checkpoints.</summary>
    int CheckpointEvery { get; }

    /// <summary>Reads the stage's data. Called once, with the trainer loaded.</summary>
    Task StartAsync(TrainerHost trainer, CancellationToken cancellationToken);

    /// <summary>Whether another step follows <paramref name="step"/> under the current schedule.</summary>
    bool HasNext(int step, TrainingLog log);

    /// <summary>Runs one step.</summary>
    /// <param name="step">1-based.</param>
    /// <param name="log">The log after the step before.</param>
    /// <returns>The log with the step's metrics as its last row.</returns>
    Task<TrainingLog> StepAsync(int step, TrainingLog log, TrainerHost trainer, TrainingFiles files, CancellationToken cancellationToken);

    /// <summary>Called when no step is left; may extend the schedule.</summary>
    /// <returns>The changed log, or null when there is nothing to review.</returns>
    Task<TrainingLog?> ReviewAsync(int step, TrainingLog log, TrainingFiles files, CancellationToken cancellationToken);

    StageProgress Progress(int step, TrainingLog log);

    /// <summary>Adds the method's own outputs and returns the stage's counts.</summary>
    Task<Dictionary<string, double>> FinishAsync(
        int step,
        TrainingLog log,
        Dictionary<string, ArtifactRef> outputs,
        CancellationToken cancellationToken
    );
}
