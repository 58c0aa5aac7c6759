using SkillFactory.Contracts.Training;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
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
        var dataset = stage.Input(PlanRoles.Dataset);
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
}
