using Orleans.Concurrency;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Contracts.Training;

/// <summary>The learner of one experiment (its key), placed on a silo with the learner role. <see cref="StartAsync"/> stores the command
/// and returns; the training loop then reports to the experiment, stores checkpoints by reference, and continues from the last one after a
/// crash.</summary>
[Alias("skillfactory.learner")]
public interface ILearnerGrain : IGrainWithStringKey
{
    /// <summary>Starts or continues a training stage, or sends its result again. Idempotent by stage key. Durable on return. Waits for the
    /// step in flight when it replaces another stage.</summary>
    [Alias("Start")]
    Task<LearnerStatus> StartAsync(TrainingCommand command);

    /// <summary>Stops at the next step boundary and returns then. The stage continues from its last checkpoint when started again.
    /// Idempotent. Interleaves.</summary>
    [Alias("Stop")]
    [AlwaysInterleave]
    Task StopAsync();

    /// <summary>The current status. Interleaves.</summary>
    [Alias("GetStatus")]
    [AlwaysInterleave]
    [ReadOnly]
    Task<LearnerStatus> GetStatusAsync();
}

/// <summary>A stage to train.</summary>
/// <param name="Kind">"sft" or "grpo".</param>
/// <param name="Spec">A <see cref="TrainingSpec"/> as JSON artifact.</param>
/// <param name="PoolKey">Device class of the pool that answers the learner's prompts.</param>
[GenerateSerializer, Alias("skillfactory.training-command")]
public sealed record TrainingCommand(
    [property: Id(0)] string StageKey,
    [property: Id(1)] string StageName,
    [property: Id(2)] string Kind,
    [property: Id(3)] ArtifactRef Spec,
    [property: Id(4)] string PoolKey
);

/// <summary>What a learner does.</summary>
/// <param name="StageKey">The stage it was told to train last; null before the first.</param>
/// <param name="Running">Whether the training loop runs.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Failure">Why the stage failed; null unless it did.</param>
[GenerateSerializer, Alias("skillfactory.learner-status")]
public sealed record LearnerStatus(
    [property: Id(0)] string? StageKey,
    [property: Id(1)] bool Running,
    [property: Id(2)] int Step,
    [property: Id(3)] Failure? Failure
);

/// <summary>Everything a training stage needs, stored as a JSON artifact.</summary>
/// <param name="RandomKey">Root key of the stage.</param>
/// <param name="Dataset">SFT: JSON lines (gzip) of silver traces. GRPO: null.</param>
/// <param name="Questions">JSON lines (gzip) of questions. GRPO: in the order they are consumed, step s takes
/// [s·PromptsPerStep, (s+1)·PromptsPerStep), starting over at the end. SFT: the gate's validation questions, or null.</param>
/// <param name="Prompts">The prompt set: "standard" or "compact".</param>
/// <param name="TokenBudget">GRPO: stop after the step in which this many generated tokens are reached; null: only by steps.</param>
/// <param name="Validation">Evaluations during training; null for none.</param>
public sealed record TrainingSpec(
    string ExperimentId,
    ulong RandomKey,
    ModelRef Model,
    WeightsRef InitialWeights,
    string Prompts,
    ArtifactRef? Dataset,
    ArtifactRef? Questions,
    SftSettings? Sft,
    GrpoSettings? Grpo,
    Decoding? GateDecoding,
    long? TokenBudget,
    ValidationSpec? Validation = null
);

/// <summary>Evaluations during training.</summary>
/// <param name="Questions">JSON lines (gzip) of validation questions.</param>
/// <param name="Decoding">How they are answered.</param>
/// <param name="Every">Steps between two evaluations; the first is before step 1.</param>
public sealed record ValidationSpec(ArtifactRef Questions, Decoding Decoding, int Every);
