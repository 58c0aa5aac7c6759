using SkillFactory.Core.Sampling;
using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>How checkpoints are evaluated, on questions that are never trained on.</summary>
public sealed record EvaluationSettings
{
    /// <summary>Which questions are asked: "validation" to choose settings by, "test" to report, so that settings are never chosen on test
    /// questions.</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.EvaluationSplits))]
    public string Split { get; init; } = RecipeValues.TestSplit;

    /// <summary>Question sets, each with a task, a level and its settings. Required.</summary>
    [AtLeastOne("question set")]
    public IReadOnlyList<QuestionSource> Sets { get; init; } = [];

    /// <summary>Questions per set.</summary>
    [AtLeast(1)]
    public int Questions { get; init; } = 256;

    /// <summary>Samples per question. Paper: 4.</summary>
    [AtLeast(1)]
    public int Samples { get; init; } = 4;

    /// <summary>How tokens of responses are drawn.</summary>
    public Decoding Decoding { get; init; } = new();

    /// <summary>Response limit of single sets as a multiple of the decoding's, by "task/level".</summary>
    [Above(0)]
    public IReadOnlyDictionary<string, double> LimitScale { get; init; } = new Dictionary<string, double>();

    /// <summary>Prompts per batch.</summary>
    [AtLeast(1)]
    public int PromptsPerBatch { get; init; } = 64;

    /// <summary>Values of n for best of n: arms that are not fine-tuned on traces answer n times, and the base model's reflections choose
    /// one answer. A baseline with equal inference tokens.</summary>
    [AtLeast(2), Distinct]
    public IReadOnlyList<int> BestOfN { get; init; } = [];

    /// <summary>Budget forcing: a second evaluation of every checkpoint.</summary>
    public BudgetForcingSettings? Forcing { get; init; }

    /// <summary>Shares of the response limit at which accuracy is reported as well, computed from the same responses.</summary>
    [Between(0, 1, ExcludesMinimum = true, ExcludesMaximum = true), Distinct]
    public IReadOnlyList<double> Limits { get; init; } = [0.25, 0.5];

    /// <summary>The arm that the report compares the others with. Without it, every arm is compared with every other.</summary>
    public string? Reference { get; init; }

    /// <summary>Confidence level of the intervals.</summary>
    [Between(0, 1, ExcludesMinimum = true, ExcludesMaximum = true)]
    public double Confidence { get; init; } = 0.95;

    /// <summary>Bootstrap resamples over the questions.</summary>
    [AtLeast(1)]
    public int Resamples { get; init; } = 2000;
}
