using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.RecipeInputs;

namespace SkillFactory.Grains.Stages;

/// <summary>
/// The model's own attempts (paper section 3): training questions, each asked in several ways, each way several times. Right and wrong
/// attempts are both wanted; the traces are made of them. For baselines another model may write them, and examples may show how.
/// </summary>
internal static class SampleStage
{
    public static async Task<StageResult> RunAsync(StageContext stage, SampleStageSettings settings, CancellationToken cancellationToken)
    {
        // Questions of one source stay together: batches of even shape waste the least.
        var tasks = await QuestionFiles.TasksAsync(settings.Train, stage.Artifacts, cancellationToken);
        var questions = await OffScheduler.RunAsync(() =>
            new QuestionMix(settings.Train, settings.Prompts, tasks)
                .Distinct(Split.Sft, settings.Sampling.Questions, stage.Node.Random.Child("questions"))
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
