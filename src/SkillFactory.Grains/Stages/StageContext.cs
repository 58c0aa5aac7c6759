using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Dispatch.Batches;

namespace SkillFactory.Grains.Stages;

/// <summary>What a stage works with. Stages run on the experiment grain's scheduler.</summary>
internal sealed class StageContext
{
    public required string ExperimentId { get; init; }

    public required PlanNode Node { get; init; }

    /// <summary>The stage key: scope of its batches and name of its result.</summary>
    public required string Key { get; init; }

    /// <summary>The node's settings, its token budget resolved.</summary>
    public required StageSettings Settings { get; init; }

    /// <summary>Results of the stages this one needs, by node id.</summary>
    public required IReadOnlyDictionary<string, StageResult> Results { get; init; }

    public required BaseModel Model { get; init; }

    /// <summary>Device class.</summary>
    public required string PoolKey { get; init; }

    public required IArtifactStore Artifacts { get; init; }

    /// <summary>For what is needed until the stage has a result.</summary>
    public IArtifactStore Scratch => Artifacts.Within(StageKey.ScratchOf(ExperimentId, Key));

    public required BatchDispatcher Dispatcher { get; init; }

    public required ITrainingDesk Training { get; init; }

    /// <summary>A progress hint for whoever watches.</summary>
    public required Action<StageProgress> Report { get; init; }

    /// <summary>Time spent on the stage so far, over all runs, in seconds.</summary>
    public required Func<double> WallSeconds { get; init; }

    /// <summary>The weights to start from or to measure.</summary>
    public WeightsRef Weights => Node.HasInput(PlanRoles.Weights) ? new WeightsRef(0, Input(PlanRoles.Weights)) : Model.Weights;

    public ArtifactRef Input(string role)
    {
        var input = Node.Inputs.Single(i => i.Role == role);
        return Results[input.Node].Outputs[input.Output];
    }

    public StageResult Finish(IReadOnlyDictionary<string, ArtifactRef> outputs, IReadOnlyDictionary<string, double> counts) =>
        new(Key, Node.Kind, outputs, counts, WallSeconds());
}

/// <summary>How a stage has something trained: the experiment's learner, watched until it is done.</summary>
internal interface ITrainingDesk
{
    /// <summary>Announces the dataset on the bus; the announcement, when it comes back, starts the learner.</summary>
    Task<StageResult> TrainOnDatasetAsync(
        Contracts.Training.TrainingCommand command,
        ArtifactRef dataset,
        CancellationToken cancellationToken
    );

    /// <summary>Starts the learner at once.</summary>
    Task<StageResult> TrainAsync(Contracts.Training.TrainingCommand command, CancellationToken cancellationToken);
}

/// <summary>From a stage's kind to its code.</summary>
internal static class StageRunner
{
    public static Task<StageResult> RunAsync(StageContext stage, CancellationToken cancellationToken) =>
        stage.Settings switch
        {
            SampleStageSettings settings => SampleStage.RunAsync(stage, settings, cancellationToken),
            ReflectStageSettings settings => ReflectStage.RunAsync(stage, settings, cancellationToken),
            TracesStageSettings settings => TracesStage.RunAsync(stage, settings, cancellationToken),
            ImportedTraceStageSettings settings => ImportedTraceStage.RunAsync(stage, settings, cancellationToken),
            SftStageSettings settings => SftStage.RunAsync(stage, settings, cancellationToken),
            GrpoStageSettings settings => GrpoStage.RunAsync(stage, settings, cancellationToken),
            EvaluateStageSettings settings => EvaluateStage.RunAsync(stage, settings, cancellationToken),
            BudgetForcingStageSettings settings => BudgetForcingStage.RunAsync(stage, settings, cancellationToken),
            BestOfNStageSettings settings => BestOfNStage.RunAsync(stage, settings, cancellationToken),
            _ => throw new InvalidOperationException($"no code for stage {stage.Node.Name}"),
        };
}
