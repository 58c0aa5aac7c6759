using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Grains.Stages;

/// <summary>
/// Evaluates one checkpoint on held-out questions in the original wording. All checkpoints, arms and seeds get the same questions, and all
/// checkpoints of a seed the same randomness, so that differences are paired.
/// </summary>
internal static class EvaluateStage
{
    public static async Task<StageResult> RunAsync(StageContext stage, EvaluateStageSettings settings, CancellationToken cancellationToken)
    {
        var evaluation = settings.Evaluation;
        var tasks = await QuestionFiles.TasksAsync(evaluation.Sets, stage.Artifacts, cancellationToken);
        var questions = await OffScheduler.RunAsync(() => QuestionsOf(evaluation, settings.Prompts, tasks));

        var run = new PromptRun(stage, stage.Node.Random.Child("answers"), GradeAs.Answer);
        AddAnswers(run, questions, evaluation, settings.Prompts, stage.Weights);
        var answers = await run.RunAsync(cancellationToken);

        answers.Counts["questions"] = questions.Sum(q => q.Questions.Count);
        return stage.Finish(
            await OffScheduler.RunAsync(async () =>
                new Dictionary<string, ArtifactRef>
                {
                    [StageOutputs.Questions] = await stage.Artifacts.PutLinesAsync(
                        questions.SelectMany(q => q.Questions),
                        cancellationToken
                    ),
                    [StageOutputs.Rollouts] = answers.Rollouts,
                    [StageOutputs.Summary] = await stage.Artifacts.PutJsonAsync(await SummariseAsync(), cancellationToken),
                }
            ),
            answers.Counts
        );

        async Task<EvaluationSummary> SummariseAsync() =>
            EvaluationSummary.Compute(
                await stage.Artifacts.ReadAllAsync<Rollout>(answers.Rollouts, cancellationToken),
                evaluation,
                stage.Node.Random.Child("bootstrap"),
                questions.SelectMany(q => q.Questions).ToDictionary(q => q.Id, StringComparer.Ordinal),
                (question, attempt) => TaskRegistry.Get(question.Task).Grade(question, attempt, truncated: false)
            );
    }

    /// <summary>The questions of every set.</summary>
    public static IReadOnlyList<(QuestionSource Set, IReadOnlyList<Question> Questions)> QuestionsOf(
        EvaluationSettings evaluation,
        string prompts,
        Func<string, ITask> tasks
    ) => [.. evaluation.Sets.Select(set => (set, EvaluationQuestions.Of(set, evaluation, prompts, tasks)))];

    /// <summary>Adds one prompt per question. Sets have different response limits, so they share no batch.</summary>
    public static void AddAnswers(
        PromptRun run,
        IReadOnlyList<(QuestionSource Set, IReadOnlyList<Question> Questions)> sets,
        EvaluationSettings evaluation,
        string promptSet,
        WeightsRef weights
    )
    {
        var prompts = PromptSet.Get(promptSet);
        foreach (var (set, questions) in sets)
        {
            var items = questions.Select(question =>
            {
                var (system, user) = prompts.SolvePrompt(question, PromptVariant.Original);
                return new PromptItem(question.Id, question, PromptVariant.Original, system, user, set.Samples ?? evaluation.Samples);
            });
            run.Add(items, evaluation.PromptsPerBatch, evaluation.DecodingOf(set), weights);
        }
    }
}
