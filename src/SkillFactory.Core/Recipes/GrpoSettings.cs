using SkillFactory.Core.Sampling;

namespace SkillFactory.Core.Recipes;

/// <summary>Group relative policy optimisation with a 0/1 reward (Shao et al. 2024; clip-higher and token-mean after DAPO).</summary>
public sealed record GrpoSettings
{
    /// <summary>Rollout batches. Paper: 150.</summary>
    public int Steps { get; init; } = 80;

    /// <summary>When set, the number of steps is what spends this many generated tokens instead of <see cref="Steps"/>
    /// ("match:ARM" takes the tokens another arm spent on sampling, SFT and rollouts).</summary>
    public string? TokenBudget { get; init; }

    /// <summary>Prompts per step. Paper: 256.</summary>
    public int PromptsPerStep { get; init; } = 16;

    /// <summary>Distinct questions, asked again and again in the same order. Paper: 1,000. Off: as many as the steps ask for.</summary>
    public int? Questions { get; init; }

    /// <summary>Responses per prompt. Paper: 16.</summary>
    public int GroupSize { get; init; } = 16;

    /// <summary>Optimiser updates per rollout batch (mini-batches of whole groups). Paper: 8.</summary>
    public int UpdatesPerStep { get; init; } = 1;

    /// <summary>Groups per rollout prompt batch: smaller ones spread over more slots.</summary>
    public int PromptsPerBatch { get; init; } = 8;

    public Decoding Decoding { get; init; } = new();

    /// <summary>"std": (r − mean) / std per group. "centred": r − mean (Dr. GRPO).</summary>
    public string Advantage { get; init; } = "std";

    /// <summary>Advantages of their own for attempts and reflections inside a response; null is off.</summary>
    public CreditSettings? Credit { get; init; }

    /// <summary>Adds this times the share of a response's verdicts that are right to its reward of 0 or 1; null is off. Paper: off (J: a weight of 0).</summary>
    public double? VerdictReward { get; init; }

    /// <summary>Dynamic sampling (Yu et al. 2025, DAPO): while fewer than promptsPerStep groups teach anything, further prompts are asked, up to this
    /// many rounds of promptsPerStep in all; null is one round, and dead groups are left out.</summary>
    public int? DynamicRounds { get; init; }

    /// <summary>ε below: ratio is clipped at 1 − ε.</summary>
    public double ClipLow { get; init; } = 0.2;

    /// <summary>ε above: ratio is clipped at 1 + ε.</summary>
    public double ClipHigh { get; init; } = 0.28;

    /// <summary>Dual clip (Ye et al. 2020): a token of negative advantage costs at most this times that advantage, however far its ratio has risen above 1;
    /// null is off. verl: 3.</summary>
    public double? DualClip { get; init; }

    /// <summary>Weight of the KL penalty to the initial policy (k3 estimator) in the loss; 0 is off and loads no reference.</summary>
    public double KlCoefficient { get; init; }

    public double LearningRate { get; init; } = 1e-6;

    /// <summary>Final learning rate as a share of the peak, reached linearly over <see cref="DecayShare"/>.</summary>
    public double FinalLearningRateShare { get; init; } = 1.0;

    /// <summary>Share of the steps at the end over which the rate decays; 0 is constant.</summary>
    public double DecayShare { get; init; }

    public int WarmupSteps { get; init; }

    public double WeightDecay { get; init; } = 0.01;

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.99;

    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Steps between durable checkpoints, which bound what a crash costs.</summary>
    public int CheckpointEvery { get; init; } = 1;

    /// <summary>Steps between evaluations on validation questions during training, the first before it; 0 is off.</summary>
    public int EvaluateEvery { get; init; }

    /// <summary>Validation questions of these evaluations, in the proportions of the training mix. Default 128.</summary>
    public int? EvaluateQuestions { get; init; }
}

/// <summary>Credit per part of a response: an attempt is paid for its own correctness and a reflection for a right verdict, each against the other
/// attempts and reflections of the group (value minus mean, over the standard deviation), on the tokens of its own text. It comes on top of the
/// response's advantage. Groups of equal rewards teach by it too.</summary>
public sealed record CreditSettings
{
    /// <summary>Weight of the response's own advantage, on all its tokens.</summary>
    public double Response { get; init; } = 1;

    /// <summary>Weight of an attempt's correctness on the attempt's tokens.</summary>
    public double Attempt { get; init; }

    /// <summary>Weight of a verdict's truth on the reflection's tokens.</summary>
    public double Verdict { get; init; }
}
