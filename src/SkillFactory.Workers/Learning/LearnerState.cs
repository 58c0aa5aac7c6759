using SkillFactory.Contracts.State;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Workers.Learning;

/// <summary>What a learner keeps: the stage it was told to train, how far it is, and the result until the experiment has it. References only.</summary>
[StateVersion(1)]
public sealed record LearnerState
{
    public string? StageKey { get; init; }

    public string StageName { get; init; } = "";

    public string Kind { get; init; } = "";

    public ArtifactRef? Spec { get; init; }

    public string PoolKey { get; init; } = "";

    /// <summary>False after <c>StopAsync</c>, until started again.</summary>
    public bool Wanted { get; init; }

    public TrainingCheckpoint? Checkpoint { get; init; }

    /// <summary>Set when the stage is finished; kept so that a repeated start answers with it.</summary>
    public StageResult? Result { get; init; }

    /// <summary>False while the experiment has not taken the result or the error: sent again on activation.</summary>
    public bool Acknowledged { get; init; }

    /// <summary>Why the stage failed; null unless it did.</summary>
    public Failure? Failure { get; init; }
}

/// <summary>Where training goes on after a crash.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Weights">Weights after that step (version = step).</param>
/// <param name="Optimizer">Both moments, safetensors.</param>
/// <param name="Log">A <see cref="TrainingLog"/> as JSON.</param>
public sealed record TrainingCheckpoint(int Step, WeightsRef Weights, ArtifactRef Optimizer, ArtifactRef Log);

/// <summary>Everything a training stage has to say so far; part of its checkpoint, so that a resumed run reports the same curves.</summary>
public sealed record TrainingLog
{
    public IReadOnlyList<MetricRow> Metrics { get; init; } = [];

    /// <summary>GRPO: the rollouts of each batch, in order.</summary>
    public IReadOnlyList<ArtifactRef> Rollouts { get; init; } = [];

    /// <summary>GRPO: prompts asked so far, which is where the next step's questions begin.</summary>
    public int Prompts { get; init; }

    /// <summary>Answers to the validation questions of every evaluation so far, in order.</summary>
    public IReadOnlyList<ArtifactRef> Validation { get; init; } = [];

    /// <summary>Tokens generated for <see cref="Validation"/>.</summary>
    public long ValidationTokens { get; init; }

    public long TrainedTokens { get; init; }

    public long GeneratedTokens { get; init; }

    public double WallSeconds { get; init; }

    /// <summary>SFT: gate extensions so far; steps planned in all.</summary>
    public int Extensions { get; init; }

    /// <summary>SFT: the last gate check, by name.</summary>
    public IReadOnlyDictionary<string, double> Gate { get; init; } = new Dictionary<string, double>();
}
