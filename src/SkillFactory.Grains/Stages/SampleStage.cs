using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Data.RecipeInputs;

namespace SkillFactory.Grains.Stages;

/// <summary>
/// Samples the model's own attempts (paper section 3): each training question in several wordings, each several times. Traces need both
/// correct and wrong attempts. For baselines, another model may answer, with few-shot examples.
/// </summary>
internal static class SampleStage
{
    public static async Task<StageResult> RunAsync(StageContext stage, SampleStageSettings settings, CancellationToken cancellationToken)
    {
        // Grouped by source: batches of similar prompts need the least padding.
        var tasks = await QuestionFiles.TasksAsync(settings.Train, stage.Artifacts, cancellationToken);
        var questions = await OffScheduler.RunAsync(() =>
            StageQuestions
                .OfSampling(new QuestionMix(settings.Train, settings.Prompts, tasks), settings.Sampling, stage.Node.Random)
                .GroupBy(q => (q.Task, q.Level))
                .SelectMany(source => source)
                .ToList()
        );

        var other = await ImportedFiles.ModelAsync(settings.Sampling, stage.Artifacts, cancellationToken);
        var examples = await OffScheduler.RunAsync(() =>
            ImportedFiles.ExamplesAsync(settings.Sampling, stage.Artifacts, cancellationToken)
        );
        var attempts = await new AttemptRounds(
            stage,
            settings,
            examples,
            other?.Files ?? stage.Model.Files,
            other?.Weights ?? stage.Weights
        ).RunAsync(questions, cancellationToken);

        attempts.Counts["questions"] = questions.Count;
        return stage.Finish(
            new Dictionary<string, ArtifactRef>
            {
                [StageOutputs.Questions] = await OffScheduler.RunAsync(() => stage.Artifacts.PutLinesAsync(questions, cancellationToken)),
                [StageOutputs.Rollouts] = attempts.Rollouts,
            },
            attempts.Counts
        );
    }
}
