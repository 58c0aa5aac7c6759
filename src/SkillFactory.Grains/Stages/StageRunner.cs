using SkillFactory.Core.Planning;

namespace SkillFactory.Grains.Stages;

/// <summary>Runs a stage by the type of its settings.</summary>
internal static class StageRunner
{
    public static Task<StageResult> RunAsync(StageContext stage, CancellationToken cancellationToken) =>
        stage.Settings switch
        {
            SampleStageSettings settings => SampleStage.RunAsync(stage, settings, cancellationToken),
            ReflectStageSettings settings => ReflectStage.RunAsync(stage, settings, cancellationToken),
            TracesStageSettings settings => TracesStage.RunAsync(stage, settings, cancellationToken),
            ImportedTraceStageSettings settings => ImportedTraceStage.RunAsync(stage, settings, cancellationToken),
            ReplayStageSettings settings => ReplayStage.RunAsync(stage, settings, cancellationToken),
            SftStageSettings settings => SftStage.RunAsync(stage, settings, cancellationToken),
            GrpoStageSettings settings => GrpoStage.RunAsync(stage, settings, cancellationToken),
            EvaluateStageSettings settings => EvaluateStage.RunAsync(stage, settings, cancellationToken),
            BudgetForcingStageSettings settings => BudgetForcingStage.RunAsync(stage, settings, cancellationToken),
            BestOfNStageSettings settings => BestOfNStage.RunAsync(stage, settings, cancellationToken),
            _ => throw new InvalidOperationException(
                $"stage {stage.Node.Name} has settings of unknown type {stage.Settings.GetType().Name}"
            ),
        };
}
