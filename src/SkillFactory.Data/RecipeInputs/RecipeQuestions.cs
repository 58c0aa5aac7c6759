using SkillFactory.Core.Planning;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Data.RecipeInputs;

/// <summary>Checks the questions that a recipe trains and evaluates on.</summary>
public static class RecipeQuestions
{
    /// <summary>Draws from every source of questions of a recipe, so that an unknown task, an invalid level or a split that is too small is
    /// reported before the run starts.</summary>
    /// <exception cref="UserErrorException">A source cannot be used.</exception>
    public static void Check(Recipe recipe, Func<string, ITask> find)
    {
        QuestionFiles.CheckNoneIsTrainedAndEvaluated(recipe);
        ImportedFiles.Check(
            recipe,
            recipe.Evaluation.Sets.SelectMany(set => EvaluationQuestions.Of(set, recipe.Evaluation, recipe.Prompts, find)).ToList()
        );

        foreach (var round in recipe.Arms.SelectMany(a => ArmRound.Of(recipe, a)).Where(r => r.Stages.Count > 0))
        {
            var mix = new QuestionMix(round.Train, recipe.Prompts, find);
            if (round.Stages.Contains(StageNames.Sample))
            {
                mix.Distinct(Split.Sft, round.Sampling.Questions, KeyedRandom.Of(recipe.Seeds[0], StageNames.Sample));
            }

            if (round.Stages.Contains(StageNames.Sft) && round.Sft.Replay is { } replay)
            {
                new QuestionMix(replay.Sources, recipe.Prompts, find).Distinct(
                    Split.Sft,
                    replay.Questions,
                    KeyedRandom.Of(recipe.Seeds[0], StageKinds.Replay)
                );
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

    /// <summary>Numbers of validation questions for the evaluations during a round's training.</summary>
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
