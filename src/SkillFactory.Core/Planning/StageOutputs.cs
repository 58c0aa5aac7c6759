namespace SkillFactory.Core.Planning;

/// <summary>Names of <see cref="StageResult.Outputs"/>.</summary>
public static class StageOutputs
{
    public const string Questions = "questions";
    public const string Rollouts = "rollouts";

    /// <summary>Training: responses to the validation questions asked during training.</summary>
    public const string Validation = "validation";

    /// <summary>Training: the questions of <see cref="Validation"/>.</summary>
    public const string ValidationQuestions = "validation_questions";

    /// <summary>Best of n: the base model's reflections on <see cref="Rollouts"/>.</summary>
    public const string Reflections = "reflections";
    public const string Traces = "traces";
    public const string Weights = "weights";
    public const string Metrics = "metrics";
    public const string Summary = "summary";
}
