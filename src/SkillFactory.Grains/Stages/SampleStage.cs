using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Pipeline;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;

namespace SkillFactory.Grains.Stages;

/// <summary>
/// The model's own attempts (paper section 3): training questions, each asked in several ways, each way several times. Right and wrong
/// attempts are both wanted; the traces are made of them.
/// </summary>
internal static class SampleStage
{
    public static async Task<StageResult> RunAsync(StageContext stage, SampleStageSettings settings, CancellationToken cancellationToken)
    {
        // Questions of one source stay together: batches of even shape waste the least.
        var tasks = await QuestionFiles.TasksAsync(settings.Train, stage.Artifacts, cancellationToken);
        var questions = await OffScheduler.RunAsync(() => new QuestionMix(settings.Train, settings.Prompts, tasks)
            .Distinct(Split.Sft, settings.Sampling.Questions, stage.Node.Random.Child("questions"))
            .GroupBy(q => (q.Task, q.Level))
            .SelectMany(source => source)
            .ToList());

        var prompts = PromptSet.Get(settings.Prompts);
        var items = questions.SelectMany(question => settings.Sampling.Variants.Select(variant =>
        {
            var (system, user) = prompts.SolvePrompt(question, variant);
            return new PromptItem($"{question.Id}/{variant}", question, variant, system, user, settings.Sampling.AttemptsPerVariant);
        }));
        var attempts = await new PromptRun(stage, stage.Node.Random.Child("attempts"), GradeAs.Answer)
            .Add(items, settings.Sampling.PromptsPerBatch, settings.Sampling.Decoding, stage.Weights)
            .RunAsync(cancellationToken);

        attempts.Counts["questions"] = questions.Count;
        return stage.Finish(
            new Dictionary<string, ArtifactRef>
            {
                [StageOutputs.Questions] = await OffScheduler.RunAsync(() => stage.Artifacts.PutLinesAsync(questions, cancellationToken)),
                [StageOutputs.Rollouts] = attempts.Rollouts,
            },
            attempts.Counts);
    }
}
