using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;

namespace SkillFactory.Core.Pipeline;

/// <summary>What evaluations ask, and with what limits.</summary>
public static class EvaluationQuestions
{
    /// <summary>The questions of one set. The same for all arms, checkpoints and seeds, so that differences are paired.</summary>
    /// <exception cref="Errors.UserErrorException">The set is invalid or its split holds too few questions.</exception>
    public static IReadOnlyList<Question> Of(QuestionSource set, EvaluationSettings evaluation, string prompts, Func<string, ITask> find) => QuestionMix.Of(
        set,
        prompts,
        evaluation.Split == RecipeValues.ValidationSplit ? Split.Validation : Split.Test,
        set.Questions ?? evaluation.Questions,
        KeyedRandom.Of(0, evaluation.Split),
        find(set.Task));

    /// <summary>How a set is answered: the evaluation's decoding with the set's share of the response limit.</summary>
    public static Decoding DecodingOf(this EvaluationSettings evaluation, QuestionSource set) =>
        evaluation.Decoding with { MaxNewTokens = evaluation.ResponseLimitOf(set.Task, set.Level) };

    /// <summary>What makes the responses of an arm's checkpoint go on.</summary>
    public static string TriggerOf(this ForcingSettings forcing, ArmSettings arm, string checkpoint) => checkpoint == Checkpoints.Base
        ? forcing.PlainTrigger
        : forcing.Triggers.GetValueOrDefault(arm.Name) ?? (arm.Stages.Contains(StageNames.Sft) ? forcing.TraceTrigger : forcing.PlainTrigger);

    /// <summary>Most tokens of a response on a level.</summary>
    public static int ResponseLimitOf(this EvaluationSettings evaluation, string task, string level) => evaluation.LimitScale.TryGetValue($"{task}/{level}", out var scale)
        ? (int)Math.Ceiling(evaluation.Decoding.MaxNewTokens * scale)
        : evaluation.Decoding.MaxNewTokens;

    /// <summary>Tries every source of questions of a recipe, so that a misspelt task, an impossible level or a split that is too small is
    /// known before anything runs.</summary>
    /// <exception cref="Errors.UserErrorException">The first source that does not work.</exception>
    public static void Check(Recipe recipe, Func<string, ITask> find)
    {
        QuestionFiles.CheckNoneIsTrainedAndEvaluated(recipe);
        GivenFiles.Check(recipe, recipe.Evaluation.Sets.SelectMany(set => Of(set, recipe.Evaluation, recipe.Prompts, find)).ToList());

        foreach (var round in recipe.Arms.SelectMany(a => ArmRound.Of(recipe, a)).Where(r => r.Stages.Count > 0))
        {
            var mix = new QuestionMix(round.Train, recipe.Prompts, find);
            if (round.Stages.Contains(StageNames.Sample))
            {
                mix.Distinct(Split.Sft, round.Sampling.Questions, KeyedRandom.Of(recipe.Seeds[0], StageNames.Sample));
            }

            if (round.Stages.Contains(StageNames.Sft) && round.Sft.Gate is { } gate)
            {
                mix.Distinct(Split.Validation, gate.Questions, KeyedRandom.Of(recipe.Seeds[0], StageNames.Sft));
            }

            foreach (var count in TrainingEvaluations(round))
            {
                mix.DuringTraining(count);
            }

            if (round.Stages.Contains(StageNames.Grpo))
            {
                mix.Distinct(Split.Rl, 1, KeyedRandom.Of(recipe.Seeds[0], StageNames.Grpo));
            }
        }
    }

    /// <summary>Numbers of validation questions that a round's training is evaluated on.</summary>
    private static IEnumerable<int?> TrainingEvaluations(ArmRound round)
    {
        if (round.Stages.Contains(StageNames.Sft) && round.Sft.EvaluateEvery is not null)
        {
            yield return round.Sft.EvaluateQuestions;
        }

        if (round.Stages.Contains(StageNames.Grpo) && round.Grpo.EvaluateEvery > 0)
        {
            yield return round.Grpo.EvaluateQuestions;
        }
    }
}
