using SkillFactory.Contracts.Training;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Stages;

/// <summary>
/// Group relative policy optimisation (paper section 4, appendix B.2), run by the learner: from the base model in an RL-only arm, from the
/// fine-tuned model after SFT. All arms see the same questions in the same order, and each step has the proportions of the training mix.
/// </summary>
internal static class GrpoStage
{
    public static async Task<StageResult> RunAsync(StageContext stage, GrpoStageSettings settings, CancellationToken cancellationToken)
    {
        var grpo = settings.Grpo;
        long? budget = grpo.TokenBudget is { } tokens ? long.Parse(tokens) : null;
        if (budget <= 0)
        {
            throw new UserErrorException(
                $"{stage.Node.Name}: the arm whose token budget it matches generated no tokens; match another arm or set a number"
            )
            {
                Repeats = true,
            };
        }

        var steps = budget is null ? grpo.Steps : MostSteps(budget.Value, grpo);
        var tasks = await QuestionFiles.TasksAsync(settings.Train, stage.Artifacts, cancellationToken);
        var asked = StageQuestions.AskedByGrpo(grpo, steps);
        var questions = await OffScheduler.RunAsync(() =>
            stage.Artifacts.PutLinesAsync(
                Repeated(
                    StageQuestions.OfGrpo(new QuestionMix(settings.Train, settings.Prompts, tasks), grpo, asked, stage.Node.Random),
                    asked
                ),
                cancellationToken
            )
        );

        var spec = new TrainingSpec(
            stage.ExperimentId,
            stage.Node.Random.Key,
            stage.Model.Files,
            stage.Weights,
            settings.Prompts,
            Dataset: null,
            questions,
            Sft: null,
            grpo with
            {
                Steps = steps,
                TokenBudget = null,
            },
            GateDecoding: null,
            budget,
            await TrainingQuestions.PutAsync(
                stage,
                settings.Validation,
                grpo.EvaluateEvery,
                grpo.EvaluateQuestions,
                tasks,
                cancellationToken
            )
        );
        var command = new TrainingCommand(
            stage.Key,
            stage.Node.Name,
            stage.Node.Kind,
            await stage.Artifacts.PutJsonAsync(spec, cancellationToken),
            stage.PoolKey
        );
        return await stage.Training.TrainAsync(command, cancellationToken);
    }

    /// <summary>The questions, repeated up to <paramref name="count"/>.</summary>
    private static IEnumerable<Question> Repeated(IReadOnlyList<Question> questions, int count) =>
        Enumerable.Range(0, count).Select(i => questions[i % questions.Count]);

    /// <summary>Steps after which the budget is spent at the latest: every response has at least one token.</summary>
    private static int MostSteps(long budget, GrpoSettings grpo)
    {
        var leastPerStep = (long)grpo.PromptsPerStep * grpo.GroupSize;
        return (int)Math.Min(int.MaxValue, (budget + leastPerStep - 1) / leastPerStep);
    }
}
