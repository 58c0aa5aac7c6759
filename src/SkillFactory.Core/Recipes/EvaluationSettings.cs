using SkillFactory.Core.Sampling;

namespace SkillFactory.Core.Recipes;

/// <summary>What is measured, on questions that nothing was trained on.</summary>
public sealed record EvaluationSettings
{
    /// <summary>"test": what is reported. "validation": to choose settings by, so that the test questions stay unseen until then.</summary>
    public string Split { get; init; } = RecipeValues.TestSplit;

    /// <summary>Question sets: task, level, settings. The weight is not used.</summary>
    public IReadOnlyList<QuestionSource> Sets { get; init; } = [];

    /// <summary>Questions per set.</summary>
    public int Questions { get; init; } = 256;

    /// <summary>Samples per question. Paper: 4.</summary>
    public int Samples { get; init; } = 4;

    public Decoding Decoding { get; init; } = new();

    /// <summary>Response limit per set as a multiple of the decoding's, by "task/level"; 1 where not named.</summary>
    public IReadOnlyDictionary<string, double> LimitScale { get; init; } = new Dictionary<string, double>();

    public int PromptsPerBatch { get; init; } = 64;

    /// <summary>Inference-token-matched baseline: for arms that answer once, best of n chosen by the base model's own reflections;
    /// n per entry. Empty is off.</summary>
    public IReadOnlyList<int> BestOfN { get; init; } = [];

    /// <summary>Budget forcing: a second evaluation of every checkpoint in which responses are made to go on; null is off.</summary>
    public BudgetForcingSettings? Forcing { get; init; }

    /// <summary>Shares of the response limit at which accuracy is reported too, from the same responses: what a shorter limit would
    /// have cut.</summary>
    public IReadOnlyList<double> Limits { get; init; } = [0.25, 0.5];

    /// <summary>Arm that the others are compared with in the report. Default: every arm with every other.</summary>
    public string? Reference { get; init; }

    /// <summary>Confidence level of the intervals.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Bootstrap resamples over questions.</summary>
    public int Resamples { get; init; } = 2000;
}

/// <summary>Budget forcing (paper section 6; Muennighoff et al. 2025): where a response ended, its end is replaced by a trigger and the model
/// goes on, up to a second response limit.</summary>
public sealed record BudgetForcingSettings
{
    /// <summary>Most times a response is made to go on. Paper: once.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Second response limit as a multiple of the set's. Paper: 2 (8,192 after 4,096 tokens).</summary>
    public double LimitScale { get; init; } = 2;

    /// <summary>Trigger of arms that are fine-tuned on traces. Paper: an opening sample tag, before the closing think tag.</summary>
    public string TraceTrigger { get; init; } = "<sample>";

    /// <summary>Trigger of the other arms, and of the base. The paper does not give its own.</summary>
    public string PlainTrigger { get; init; } = " Wait, let me check. ";

    /// <summary>Triggers by arm, in place of those two.</summary>
    public IReadOnlyDictionary<string, string> Triggers { get; init; } = new Dictionary<string, string>();
}
