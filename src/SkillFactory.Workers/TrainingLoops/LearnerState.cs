using SkillFactory.Contracts.State;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>The durable state of a learner: its stage, the newest checkpoint, and the result until the experiment has received it. It holds
/// references only.</summary>
[StateVersion(1)]
public sealed record LearnerState
{
    public string? StageKey { get; init; }

    public string StageName { get; init; } = "";

    public string Kind { get; init; } = "";

    public ArtifactRef? Spec { get; init; }

    public string PoolKey { get; init; } = "";

    /// <summary>Whether the stage should run. False after <c>StopAsync</c>, until it is started again.</summary>
    public bool Wanted { get; init; }

    public TrainingCheckpoint? Checkpoint { get; init; }

    /// <summary>Set when the stage is finished; kept so that a repeated start can report it again.</summary>
    public StageResult? Result { get; init; }

    /// <summary>Whether the experiment has received the result or the error. Until then, the learner sends it again on
    /// activation.</summary>
    public bool Acknowledged { get; init; }

    /// <summary>Why the stage failed; null if it did not fail.</summary>
    public Failure? Failure { get; init; }
}

/// <summary>The state that training resumes from.</summary>
/// <param name="Step">Number of finished steps.</param>
/// <param name="Weights">Weights after that step (version = step).</param>
/// <param name="Optimizer">Both moments of the optimizer, as a safetensors file.</param>
/// <param name="Log">The newest segment of the log: a <see cref="TrainingLog"/> as JSON.</param>
public sealed record TrainingCheckpoint(int Step, WeightsRef Weights, ArtifactRef Optimizer, ArtifactRef Log);

/// <summary>The log of a training stage, part of its checkpoint, so that a resumed run reports the same curves. Each artifact is one
/// segment: its lists contain only the entries since <see cref="Previous"/>, and its totals count from the start of the stage.</summary>
public sealed record TrainingLog
{
    /// <summary>The segment of the previous checkpoint; null for the first, and in memory.</summary>
    public ArtifactRef? Previous { get; init; }

    /// <summary>One row per step, and one for step 0 if it was validated.</summary>
    public IReadOnlyList<MetricRow> Metrics { get; init; } = [];

    /// <summary>GRPO: the rollouts of each batch, in order.</summary>
    public IReadOnlyList<ArtifactRef> Rollouts { get; init; } = [];

    /// <summary>GRPO: number of prompts sampled so far. The next step's questions start at this index.</summary>
    public int Prompts { get; init; }

    /// <summary>Responses to the validation questions, one artifact per batch, in order.</summary>
    public IReadOnlyList<ArtifactRef> Validation { get; init; } = [];

    /// <summary>Tokens generated for <see cref="Validation"/>.</summary>
    public long ValidationTokens { get; init; }

    public long TrainedTokens { get; init; }

    public long GeneratedTokens { get; init; }

    public double WallSeconds { get; init; }

    /// <summary>SFT: gate extensions so far.</summary>
    public int Extensions { get; init; }

    /// <summary>SFT: metrics of the last gate check, by name.</summary>
    public IReadOnlyDictionary<string, double> Gate { get; init; } = new Dictionary<string, double>();
}
