using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>All kinds of stages: those an arm goes through (<see cref="StageNames"/>) and the measurements between them, each with the
/// version of its code.</summary>
public static class StageKinds
{
    /// <summary>A checkpoint on the test questions.</summary>
    public const string Evaluate = "evaluate";

    /// <summary>A checkpoint that answers once, n times per question, one answer chosen by the base model's reflections.</summary>
    public const string BestOfN = "best_of_n";

    /// <summary>The responses of an evaluation, made to go on after their end (budget forcing).</summary>
    public const string Force = "force";

    /// <summary>Version of a stage's code, part of its key. Raise it whenever the same inputs and settings give another result: a
    /// changed prompt, grader, generator, sampler or trainer. Results of older versions are then not used any more.</summary>
    public static int CodeVersion(string kind) =>
        kind switch
        {
            StageNames.Sample => 3,
            StageNames.Reflect => 3,
            StageNames.Traces => 1,
            StageNames.Given => 1,
            StageNames.Sft => 3,
            StageNames.Grpo => 4,
            Evaluate => 3,
            BestOfN => 3,
            Force => 2,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such stage"),
        };
}

/// <summary>What an evaluation measures: names of <see cref="ArmStageResult.Checkpoint"/>.</summary>
public static class Checkpoints
{
    /// <summary>The base model as it is.</summary>
    public const string Base = "base";

    /// <summary>After supervised fine-tuning.</summary>
    public const string Sft = StageNames.Sft;

    /// <summary>After GRPO.</summary>
    public const string Grpo = StageNames.Grpo;
}

/// <summary>Names of <see cref="StageResult.Outputs"/>.</summary>
public static class StageOutputs
{
    public const string Questions = "questions";
    public const string Rollouts = "rollouts";

    /// <summary>Training: answers to the validation questions asked meanwhile.</summary>
    public const string Validation = "validation";

    /// <summary>Best-of-n: the base model's reflections of <see cref="Rollouts"/>.</summary>
    public const string Reflections = "reflections";
    public const string Traces = "traces";
    public const string Weights = "weights";
    public const string Metrics = "metrics";
    public const string Summary = "summary";
}
