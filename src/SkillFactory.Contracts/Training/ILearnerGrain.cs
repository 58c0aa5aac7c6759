using Orleans.Concurrency;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Contracts.Training;

/// <summary>The learner of one experiment (its key), pinned to a learner device. Start / observe: <see cref="StartAsync"/> persists the
/// intent and returns; the loop reports to the experiment, checkpoints by reference, and goes on from its last checkpoint after a crash.</summary>
[Alias("skillfactory.learner")]
public interface ILearnerGrain : IGrainWithStringKey
{
    /// <summary>Starts or goes on with a training stage. Idempotent by stage key. Durable when it returns.</summary>
    [Alias("Start")]
    Task<LearnerStatus> StartAsync(TrainingCommand command);

    /// <summary>Stops at the next step boundary, with a checkpoint. Interleaves.</summary>
    [Alias("Stop")]
    [AlwaysInterleave]
    Task StopAsync();

    [Alias("GetStatus")]
    [AlwaysInterleave]
    [ReadOnly]
    Task<LearnerStatus> GetStatusAsync();
}

/// <param name="Kind">"sft" or "grpo".</param>
/// <param name="Spec">A <see cref="TrainingSpec"/> as JSON artifact.</param>
[GenerateSerializer, Alias("skillfactory.training-command")]
public sealed record TrainingCommand(
    [property: Id(0)] string StageKey,
    [property: Id(1)] string StageName,
    [property: Id(2)] string Kind,
    [property: Id(3)] ArtifactRef Spec,
    [property: Id(4)] string PoolKey
);

/// <param name="UserError">The error is a person's to mend, and says how.</param>
[GenerateSerializer, Alias("skillfactory.learner-status")]
public sealed record LearnerStatus(
    [property: Id(0)] string? StageKey,
    [property: Id(1)] bool Running,
    [property: Id(2)] int Step,
    [property: Id(3)] string? Error,
    [property: Id(4)] bool UserError = false
);

/// <summary>Everything a training stage needs, stored as a JSON artifact.</summary>
/// <param name="RandomKey">Root key of the stage.</param>
/// <param name="Dataset">SFT: JSON lines (gzip) of silver traces. GRPO: null.</param>
/// <param name="Questions">JSON lines (gzip) of questions. GRPO: in the order they are consumed, step s takes
/// [s·PromptsPerStep, (s+1)·PromptsPerStep), starting over at the end. SFT: the gate's validation questions, or null.</param>
/// <param name="Prompts">The prompt set: "standard" or "compact".</param>
/// <param name="TokenBudget">GRPO: stop after the step in which this many generated tokens are reached; null: only by steps.</param>
/// <param name="Validation">What is asked during training; null for nothing.</param>
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
    Core.Sampling.Decoding? GateDecoding,
    long? TokenBudget,
    ValidationSpec? Validation = null
);

/// <summary>Evaluations during training.</summary>
/// <param name="Questions">JSON lines (gzip) of validation questions.</param>
/// <param name="Decoding">How they are answered.</param>
/// <param name="Every">Steps between two of them; the first is before step 1.</param>
public sealed record ValidationSpec(ArtifactRef Questions, Core.Sampling.Decoding Decoding, int Every);
