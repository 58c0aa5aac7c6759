using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Planning;

/// <summary>What evaluations ask, and with what limits.</summary>
public static class EvaluationQuestions
{
    /// <summary>The questions of one set. The same for all arms, checkpoints and seeds, so that differences are paired.</summary>
    /// <exception cref="UserErrorException">The set is invalid or its split holds too few questions.</exception>
    public static IReadOnlyList<Question> Of(QuestionSource set, EvaluationSettings evaluation, string prompts, Func<string, ITask> find) =>
        QuestionMix.Of(
            set,
            prompts,
            evaluation.Split == RecipeValues.ValidationSplit ? Split.Validation : Split.Test,
            set.Questions ?? evaluation.Questions,
            KeyedRandom.Of(0, evaluation.Split),
            find(set.Task)
        );

    /// <summary>How a set is answered: the evaluation's decoding with the set's share of the response limit.</summary>
    public static Decoding DecodingOf(this EvaluationSettings evaluation, QuestionSource set) =>
        evaluation.Decoding with
        {
            MaxNewTokens = evaluation.ResponseLimitOf(set.Task, set.Level),
        };

    /// <summary>What makes the responses of an arm's checkpoint go on.</summary>
    public static string TriggerOf(this BudgetForcingSettings forcing, ArmSettings arm, string checkpoint) =>
        checkpoint == Checkpoints.Base
            ? forcing.PlainTrigger
            : forcing.Triggers.GetValueOrDefault(arm.Name)
                ?? (arm.Stages.Contains(StageNames.Sft) ? forcing.TraceTrigger : forcing.PlainTrigger);

    /// <summary>Most tokens of a response on a level.</summary>
    public static int ResponseLimitOf(this EvaluationSettings evaluation, string task, string level) =>
        evaluation.LimitScale.TryGetValue($"{task}/{level}", out var scale)
            ? (int)Math.Ceiling(evaluation.Decoding.MaxNewTokens * scale)
            : evaluation.Decoding.MaxNewTokens;
}
