using SkillFactory.Contracts.Training;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Tasks;

namespace SkillFactory.Grains.Stages;

/// <summary>Stores the validation questions for the evaluations during training.</summary>
internal static class TrainingQuestions
{
    /// <param name="validation">Null for no evaluation.</param>
    /// <param name="every">Steps between two evaluations.</param>
    /// <param name="count">Number of questions; null for the default.</param>
    public static async Task<ValidationSpec?> PutAsync(
        StageContext stage,
        ValidationSettings? validation,
        int every,
        int? count,
        Func<string, ITask> tasks,
        CancellationToken cancellationToken
    ) =>
        validation is null
            ? null
            : new ValidationSpec(
                await OffScheduler.RunAsync(() =>
                    stage.Artifacts.PutLinesAsync(
                        new QuestionMix(validation.Train, stage.Node.Settings.Prompts, tasks).DuringTraining(count),
                        cancellationToken
                    )
                ),
                validation.Decoding,
                every
            );
}
