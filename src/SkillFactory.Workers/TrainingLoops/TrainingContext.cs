using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Training;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Dispatch.Batches;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Workers.Devices;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>The environment of a training run. The run's continuations stay on the learner grain's scheduler; only <see cref="Executor"/>
/// touches tensors.</summary>
/// <param name="Artifacts">A store that works on the thread pool, see <see cref="ThreadPoolArtifacts"/>.</param>
/// <param name="Weights">The weights of this process, which the learner shares with its slots.</param>
/// <param name="Save">Makes a checkpoint durable and deletes the files it replaces.</param>
/// <param name="Report">Sends progress to the experiment.</param>
internal sealed record TrainingContext(
    string StageKey,
    string StageName,
    TrainingSpec Spec,
    ModelDefinition Model,
    IArtifactStore Artifacts,
    WeightLibrary Weights,
    IBatchRunner Batches,
    string PoolKey,
    IDeviceExecutor Executor,
    DeviceSpec Device,
    TimeProvider Time,
    Func<TrainingCheckpoint, Task> Save,
    Func<StageProgress, Task> Report
)
{
    /// <summary>Root of all randomness of the stage.</summary>
    public KeyedRandom Random { get; } = new(Spec.RandomKey);

    /// <summary>A new set of prompt batches of the stage.</summary>
    /// <param name="part">Identifies the set within the stage.</param>
    /// <param name="random">Root of the draws.</param>
    /// <param name="keepTokens">Whether rollouts hold their tokens and log-probabilities.</param>
    public PromptBatches NewBatches(string part, KeyedRandom random, bool keepTokens = false) =>
        new(Batches, new BatchSet(Spec.ExperimentId, PoolKey, StageKey, part), random, Spec.Model, GradeAs.Answer)
        {
            KeepTokens = keepTokens,
        };

    /// <summary>Adds the time of an update and its speed to the values of a step.</summary>
    /// <param name="started">Timestamp of the start.</param>
    /// <param name="tokens">Tokens trained on, prompts included.</param>
    public void AddSpeed(Dictionary<string, double> values, long started, long tokens)
    {
        var seconds = Time.GetElapsedTime(started).TotalSeconds;
        values[MetricNames.StepTime] = seconds;
        if (seconds > 0)
        {
            values[MetricNames.TokensPerSecond] = tokens / seconds;
        }
    }

    /// <summary>Where files go that are needed only until the stage has a result: weight versions, checkpoints.</summary>
    public IArtifactStore Scratch { get; } = Artifacts.Within(Core.Planning.StageKey.ScratchOf(Spec.ExperimentId, StageKey));

    /// <summary>Runs work on the thread pool that would block the grain's other calls (status, stop) on the grain's scheduler.</summary>
    public static Task<T> OffSchedulerAsync<T>(Func<Task<T>> work) => Task.Run(work);
}
