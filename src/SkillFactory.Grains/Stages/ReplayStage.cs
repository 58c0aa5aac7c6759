using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Data.RecipeInputs;

namespace SkillFactory.Grains.Stages;

/// <summary>Samples answers to the questions of <c>sft.replay</c> from the weights that fine-tuning starts from, and keeps the right ones.
/// </summary>
internal static class ReplayStage
{
    public static async Task<StageResult> RunAsync(StageContext stage, ReplayStageSettings settings, CancellationToken cancellationToken)
    {
        var tasks = await QuestionFiles.TasksAsync(settings.Sources, stage.Artifacts, cancellationToken);
        var questions = await OffScheduler.RunAsync(() =>
            new QuestionMix(settings.Sources, settings.Prompts, tasks)
                .Distinct(Split.Sft, settings.Sampling.Questions, stage.Node.Random.Child("questions"))
                .GroupBy(q => (q.Task, q.Level))
                .SelectMany(source => source)
                .ToList()
        );
        var asked = new SampleStageSettings(settings.Prompts, settings.Sources, settings.Sampling);
        var attempts = await new AttemptRounds(stage, asked, [], stage.Model.Files, stage.Weights).RunAsync(questions, cancellationToken);

        var (rows, count) = await OffScheduler.RunAsync(async () =>
        {
            var byId = questions.ToDictionary(q => q.Id, StringComparer.Ordinal);
            var rollouts = await stage.Artifacts.ReadAllAsync<Rollout>(attempts.Rollouts, cancellationToken);
            var kept = Replay.Rows(rollouts, byId, PromptSet.Get(settings.Prompts)).ToList();
            return (await stage.Artifacts.PutLinesAsync(kept, cancellationToken), kept.Count);
        });
        attempts.Counts["questions"] = questions.Count;
        attempts.Counts["traces"] = count;
        return stage.Finish(
            new Dictionary<string, ArtifactRef>
            {
                [StageOutputs.Questions] = await OffScheduler.RunAsync(() => stage.Artifacts.PutLinesAsync(questions, cancellationToken)),
                [StageOutputs.Rollouts] = attempts.Rollouts,
                [StageOutputs.Traces] = rows,
            },
            attempts.Counts
        );
    }
}
