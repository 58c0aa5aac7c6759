using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Sampling;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Grains.Stages;

/// <summary>
/// The baseline with equal inference tokens: samples n answers of a model that answers once, and lets the base model's reflections choose
/// one. Traces do the same within one response.
/// </summary>
internal static class BestOfNStage
{
    public static async Task<StageResult> RunAsync(StageContext stage, BestOfNStageSettings settings, CancellationToken cancellationToken)
    {
        var evaluation = settings.Evaluation;
        var tasks = await QuestionFiles.TasksAsync(evaluation.Sets, stage.Artifacts, cancellationToken);
        var sets = await OffScheduler.RunAsync(() => EvaluateStage.QuestionsOf(evaluation, settings.Prompts, tasks));
        var run = new PromptRun(stage, stage.Node.Random.Child("answers"), GradeAs.Answer, "answers");
        EvaluateStage.AddAnswers(run, sets, evaluation, settings.Prompts, stage.Weights);
        var answers = await run.RunAsync(cancellationToken);

        var questions = sets.SelectMany(s => s.Questions).ToDictionary(q => q.Id, StringComparer.Ordinal);
        var items = await OffScheduler.RunAsync(async () =>
            ReflectStage.Reflections(
                await stage.Artifacts.ReadAllAsync<Rollout>(answers.Rollouts, cancellationToken),
                questions,
                settings.Prompts,
                settings.Reflection.PerAttempt
            )
        );
        var reflections = await new PromptRun(stage, stage.Node.Random.Child("reflections"), GradeAs.Verdict, "reflections")
            .Add(items, settings.Reflection.PromptsPerBatch, settings.Reflection.Decoding, stage.Model.Weights)
            .RunAsync(cancellationToken);

        foreach (var (name, count) in reflections.Counts)
        {
            answers.Counts[name] = answers.Counts.GetValueOrDefault(name) + count;
        }

        return stage.Finish(
            await OffScheduler.RunAsync(async () =>
                new Dictionary<string, ArtifactRef>
                {
                    [StageOutputs.Rollouts] = answers.Rollouts,
                    [StageOutputs.Reflections] = reflections.Rollouts,
                    [StageOutputs.Summary] = await stage.Artifacts.PutJsonAsync(await SummariseAsync(), cancellationToken),
                }
            ),
            answers.Counts
        );

        async Task<BestOfNSummary> SummariseAsync() =>
            BestOfNSummary.Compute(
                await stage.Artifacts.ReadAllAsync<Rollout>(answers.Rollouts, cancellationToken),
                await stage.Artifacts.ReadAllAsync<Rollout>(reflections.Rollouts, cancellationToken),
                // For every n: which n matches the tokens of another arm's response is known only when that arm is evaluated.
                [.. Enumerable.Range(1, evaluation.BestOfN.Max())],
                evaluation,
                stage.Node.Random.Child("bootstrap")
            );
    }
}
