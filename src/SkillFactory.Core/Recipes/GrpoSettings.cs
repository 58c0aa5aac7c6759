using SkillFactory.Core.Sampling;
using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>Group relative policy optimisation with a 0/1 reward (Shao et al. 2024), with the clip-higher and the token-level mean of DAPO
/// (Yu et al. 2025). Its relatives Dr. GRPO, DAPO, GSPO, CISPO and RLOO are settings: docs/reference/grpo-variants.md.</summary>
public sealed record GrpoSettings
{
    /// <summary>Steps; each samples its own rollouts. Paper: 150.</summary>
    [AtLeast(1)]
    public int Steps { get; init; } = 80;

    /// <summary>Generated tokens to spend, in place of <see cref="Steps"/>. "match:ARM" spends as many as that arm spends on sampling, SFT
    /// and rollouts.</summary>
    [Matches("match:.*|0*[1-9][0-9]{0,17}", "a positive whole number of tokens, or match:ARM")]
    public string? TokenBudget { get; init; }

    /// <summary>Prompts per step. Paper: 256.</summary>
    [AtLeast(1)]
    public int PromptsPerStep { get; init; } = 16;

    /// <summary>Distinct questions, asked repeatedly in the same order. Without it, as many as the steps ask for. Paper: 1,000.</summary>
    public int? Questions { get; init; }

    /// <summary>Responses per prompt. Paper: 16.</summary>
    [AtLeast(2, "a group of one has no advantage")]
    public int GroupSize { get; init; } = 16;

    /// <summary>Optimiser updates per step, on mini-batches of whole groups. Paper: 8.</summary>
    [AtLeast(1)]
    public int UpdatesPerStep { get; init; } = 1;

    /// <summary>Groups per prompt batch. Smaller batches use more slots at once.</summary>
    [AtLeast(1)]
    public int PromptsPerBatch { get; init; } = 8;

    /// <summary>How tokens of rollouts are drawn.</summary>
    public Decoding Decoding { get; init; } = new();

    /// <summary>"std": (r − mean) / std per group. "centred": r − mean (Dr. GRPO). "leave_one_out": r − mean of the other responses
    /// (RLOO).</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.Advantages))]
    public string Advantage { get; init; } = RecipeValues.StdAdvantage;

    /// <summary>Separate advantages for the attempts and reflections within a response.</summary>
    public CreditSettings? Credit { get; init; }

    /// <summary>Weight of a bonus on the reward of 0 or 1: the share of the response's verdicts that are right. Paper: none (J, with a
    /// weight of 0).</summary>
    [Above(0)]
    public double? VerdictReward { get; init; }

    /// <summary>Dynamic sampling (Yu et al. 2025): while fewer than promptsPerStep groups have unequal rewards, asks further prompts, in at
    /// most this many rounds of promptsPerStep. Without it, one round, of which groups with equal rewards are skipped.</summary>
    [AtLeast(2, "one round is the default")]
    public int? DynamicRounds { get; init; }

    /// <summary>Soft overlong punishment (Yu et al. 2025, equation 13): a penalty on the reward of long responses.</summary>
    public OverlongSettings? Overlong { get; init; }

    /// <summary>Overlong filtering (Yu et al. 2025): responses that hit the length limit carry no loss and count in no mean of the loss.
    /// Their rewards still count in the advantages of their group.</summary>
    public bool SkipTruncated { get; init; }

    /// <summary>What the importance ratio compares. "token": the probability of each token. "sequence": that of the whole response, as the
    /// geometric mean over its tokens (GSPO).</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.Ratios))]
    public string Ratio { get; init; } = RecipeValues.TokenRatio;

    /// <summary>What the clip does. "clip": min(ratio · A, clipped ratio · A), so that tokens outside the range have no gradient (PPO).
    /// "weight": clipped ratio · A · log p with the ratio as a constant, so that every token keeps a gradient (CISPO).</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.Surrogates))]
    public string Surrogate { get; init; } = RecipeValues.ClipSurrogate;

    /// <summary>How the loss of tokens becomes that of a mini-batch. "tokens": mean over all tokens (DAPO). "sequences": mean over the
    /// tokens of each response, then over responses (GRPO). "length": sum over all tokens, divided by the number of responses times the
    /// response limit (Dr. GRPO).</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.Aggregations))]
    public string Aggregation { get; init; } = RecipeValues.TokenMean;

    /// <summary>ε below: the importance ratio is clipped at 1 − ε. 1 for no clip below.</summary>
    [Between(0, 1, ExcludesMinimum = true)]
    public double ClipLow { get; init; } = 0.2;

    /// <summary>ε above: the importance ratio is clipped at 1 + ε.</summary>
    [Above(0)]
    public double ClipHigh { get; init; } = 0.28;

    /// <summary>Dual clip (Ye et al. 2020): limits the importance ratio of tokens with a negative advantage. More than 1 + clipHigh;
    /// verl: 3.</summary>
    public double? DualClip { get; init; }

    /// <summary>Truncated importance sampling (Yao et al. 2025): the trainer computes the old log-probabilities itself, once per step, and
    /// weighs each token by min(p of the trainer / p of the sampler, this limit). For samplers that differ from the trainer in more than
    /// rounding. Without it, the sampler's log-probabilities are the old ones. verl: 2.</summary>
    [AtLeast(1, "a smaller limit lessens every token")]
    public double? ImportanceLimit { get; init; }

    /// <summary>Weight of the KL penalty to the reference policy, the initial weights. With 0 no reference policy is loaded.</summary>
    [AtLeast(0)]
    public double KlCoefficient { get; init; }

    /// <summary>Estimate of the KL per token (Schulman 2020). "k1": log p − log ref. "k2": half its square. "k3": ref / p − 1 −
    /// log (ref / p). Their gradients differ: docs/reference/grpo-variants.md.</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.KlEstimators))]
    public string KlEstimator { get; init; } = RecipeValues.K3;

    /// <summary>Where the KL penalty is. "loss": a term of the loss of every token. "reward": the sum over the response's tokens is
    /// subtracted from its reward before the advantages.</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.KlPlaces))]
    public string KlIn { get; init; } = RecipeValues.KlInLoss;

    /// <summary>Peak learning rate.</summary>
    [Above(0)]
    public double LearningRate { get; init; } = 1e-6;

    /// <summary>Final learning rate as a share of the peak, reached linearly over <see cref="DecayShare"/>.</summary>
    [Between(0, 1)]
    public double FinalLearningRateShare { get; init; } = 1.0;

    /// <summary>Share of the steps, at the end, over which the learning rate decays; 0 for a constant rate.</summary>
    [Between(0, 1)]
    public double DecayShare { get; init; }

    /// <summary>Linear warm-up steps.</summary>
    [AtLeast(0)]
    public int WarmupSteps { get; init; }

    /// <summary>Decoupled weight decay of AdamW.</summary>
    [AtLeast(0)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Decay rate of AdamW's first moment.</summary>
    [Between(0, 1, ExcludesMaximum = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay rate of AdamW's second moment.</summary>
    [Between(0, 1, ExcludesMaximum = true)]
    public double Beta2 { get; init; } = 0.99;

    /// <summary>Limit of the global gradient norm; 0 for none.</summary>
    [AtLeast(0)]
    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Steps between durable checkpoints: a crash costs at most these.</summary>
    [AtLeast(1)]
    public int CheckpointEvery { get; init; } = 1;

    /// <summary>Steps between evaluations on validation questions; the first is before training. 0 for none.</summary>
    [AtLeast(0)]
    public int EvaluateEvery { get; init; }

    /// <summary>Validation questions of these evaluations, in the proportions of the training mix. Without it: 128.</summary>
    [AtLeast(1)]
    public int? EvaluateQuestions { get; init; }
}
