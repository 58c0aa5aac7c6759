using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Planning;

/// <summary>The questions of evaluations and the limits of their responses.</summary>
public static class EvaluationQuestions
{
    /// <summary>The questions of one set. They are the same for all arms, checkpoints and seeds, so that comparisons are paired.</summary>
    /// <exception cref="UserErrorException">The set is invalid or its split has too few questions.</exception>
    public static IReadOnlyList<Question> Of(QuestionSource set, EvaluationSettings evaluation, string prompts, Func<string, ITask> find) =>
        QuestionMix.Of(
            set,
            prompts,
            evaluation.Split == RecipeValues.ValidationSplit ? Split.Validation : Split.Test,
            set.Questions ?? evaluation.Questions,
            KeyedRandom.Of(0, evaluation.Split),
            find(set.Task)
        );

    /// <summary>The evaluation's decoding with the response limit of a set.</summary>
    public static Decoding DecodingOf(this EvaluationSettings evaluation, QuestionSource set) =>
        evaluation.Decoding with
        {
            MaxNewTokens = evaluation.ResponseLimitOf(set.Task, set.Level),
        };

    /// <summary>The decoding of evaluations during training, with the largest response limit of the training levels.</summary>
    public static Decoding DecodingInTraining(this EvaluationSettings evaluation, IReadOnlyList<QuestionSource> train) =>
        train.Select(s => evaluation.DecodingOf(s)).MaxBy(d => d.MaxNewTokens)!;

    /// <summary>The evaluation with the second response limits of budget forcing.</summary>
    /// <param name="limitScale">Second limit as a multiple of the first.</param>
    public static EvaluationSettings Forced(this EvaluationSettings evaluation, double limitScale) =>
        evaluation with
        {
            Decoding = evaluation.Decoding with { MaxNewTokens = (int)Math.Ceiling(evaluation.Decoding.MaxNewTokens * limitScale) },
        };

    /// <summary>The trigger of budget forcing for a checkpoint of an arm.</summary>
    public static string TriggerOf(this BudgetForcingSettings forcing, ArmSettings arm, string checkpoint) =>
        checkpoint == Checkpoints.Base
            ? forcing.PlainTrigger
            : forcing.Triggers.GetValueOrDefault(arm.Name)
                ?? (arm.Stages.Contains(StageNames.Sft) ? forcing.TraceTrigger : forcing.PlainTrigger);

    /// <summary>Most tokens of a response at a level.</summary>
    public static int ResponseLimitOf(this EvaluationSettings evaluation, string task, string level) =>
        evaluation.LimitScale.TryGetValue($"{task}/{level}", out var scale)
            ? (int)Math.Ceiling(evaluation.Decoding.MaxNewTokens * scale)
            : evaluation.Decoding.MaxNewTokens;
}
