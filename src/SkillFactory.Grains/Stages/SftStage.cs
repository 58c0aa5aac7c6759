using SkillFactory.Contracts.Training;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Data.RecipeInputs;

namespace SkillFactory.Grains.Stages;

/// <summary>
/// Supervised fine-tuning on the silver traces (paper section 4, appendix B.1), run by the learner, which the announcement of the traces on
/// the bus starts. With a gate, training continues until, on validation questions, the verdict decides whether the model retries.
/// </summary>
internal static class SftStage
{
    public static async Task<StageResult> RunAsync(StageContext stage, SftStageSettings settings, CancellationToken cancellationToken)
    {
        var dataset = await DatasetAsync(stage, settings, cancellationToken);
        var tasks = await QuestionFiles.TasksAsync((settings.Gate ?? settings.Validation)?.Train ?? [], stage.Artifacts, cancellationToken);
        var gateQuestions = settings.Gate is not { } gate
            ? null
            : await OffScheduler.RunAsync(() =>
                stage.Artifacts.PutLinesAsync(
                    StageQuestions.OfGate(new QuestionMix(gate.Train, settings.Prompts, tasks), settings.Sft.Gate!, stage.Node.Random),
                    cancellationToken
                )
            );

        var spec = new TrainingSpec(
            stage.ExperimentId,
            stage.Node.Random.Key,
            stage.Model.Files,
            stage.Weights,
            settings.Prompts,
            dataset,
            gateQuestions,
            settings.Sft,
            Grpo: null,
            settings.Gate?.Decoding,
            TokenBudget: null,
            await TrainingQuestions.PutAsync(
                stage,
                settings.Validation,
                settings.Sft.EvaluateEvery ?? 0,
                settings.Sft.EvaluateQuestions,
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
        return await stage.Training.TrainOnDatasetAsync(command, dataset, cancellationToken);
    }

    /// <summary>The traces, with replayed answers among them if the recipe has any.</summary>
    private static async Task<ArtifactRef> DatasetAsync(StageContext stage, SftStageSettings settings, CancellationToken cancellationToken)
    {
        var traces = stage.Input(PlanRoles.Dataset);
        return settings.Sft.Replay is not { } replay
            ? traces
            : await OffScheduler.RunAsync(async () =>
                await stage.Artifacts.PutLinesAsync(
                    Replay.Mix(
                        await stage.Artifacts.ReadAllAsync<SilverTrace>(traces, cancellationToken),
                        await stage.Artifacts.ReadAllAsync<SilverTrace>(stage.Input(PlanRoles.Replay), cancellationToken),
                        replay.Share,
                        stage.Node.Random.Child("replay")
                    ),
                    cancellationToken
                )
            );
    }
}
