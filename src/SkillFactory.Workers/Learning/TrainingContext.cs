using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Training;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Randomness;
using SkillFactory.Dispatch.Batches;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;

namespace SkillFactory.Workers.Learning;

/// <summary>What a training run works with. Runs on a grain's scheduler; only <see cref="Executor"/> touches tensors.</summary>
/// <param name="Save">Makes a checkpoint durable and drops what it replaces.</param>
/// <param name="Report">A progress hint to the experiment.</param>
internal sealed record TrainingContext(
    string StageKey,
    string StageName,
    string PoolKey,
    TrainingSpec Spec,
    ModelDefinition Model,
    IArtifactStore Artifacts,
    BatchDispatcher Dispatcher,
    IDeviceExecutor Executor,
    DeviceSpec Device,
    TimeProvider Time,
    Func<TrainingCheckpoint, Task> Save,
    Func<StageProgress, Task> Report
)
{
    /// <summary>Root of all randomness of the stage.</summary>
    public KeyedRandom Random { get; } = new(Spec.RandomKey);

    /// <summary>For what is needed until the stage has a result: weight versions, checkpoints.</summary>
    public IArtifactStore Scratch { get; } = Artifacts.Within(Core.Planning.StageKey.ScratchOf(Spec.ExperimentId, StageKey));
}
