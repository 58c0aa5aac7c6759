using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Dispatch.Batches;

namespace SkillFactory.Grains.Stages;

/// <summary>Inputs and services of a running stage. Stages run on the experiment grain's scheduler.</summary>
internal sealed class StageContext
{
    public required string ExperimentId { get; init; }

    public required PlanNode Node { get; init; }

    /// <summary>The stage key: part of its batch keys, and the name of its result in the store.</summary>
    public required string Key { get; init; }

    /// <summary>The node's settings, with the token budget resolved.</summary>
    public required StageSettings Settings { get; init; }

    /// <summary>Results of the stages before it, by node id.</summary>
    public required IReadOnlyDictionary<string, StageResult> Results { get; init; }

    public required BaseModel Model { get; init; }

    /// <summary>Device class.</summary>
    public required string PoolKey { get; init; }

    public required IArtifactStore Artifacts { get; init; }

    /// <summary>Store for artifacts that are deleted once the stage has a result.</summary>
    public IArtifactStore Scratch => Artifacts.Within(StageKey.ScratchOf(ExperimentId, Key));

    public required BatchDispatcher Dispatcher { get; init; }

    public required IStageTrainer Training { get; init; }

    /// <summary>Reports progress to watchers.</summary>
    public required Action<StageProgress> Report { get; init; }

    /// <summary>Seconds spent on the stage so far, over all interruptions.</summary>
    public required Func<double> WallSeconds { get; init; }

    /// <summary>The weights to start from or to evaluate: the input, or the base model's.</summary>
    public WeightsRef Weights => Node.HasInput(PlanRoles.Weights) ? new WeightsRef(0, Input(PlanRoles.Weights)) : Model.Weights;

    public ArtifactRef Input(string role)
    {
        var input = Node.Inputs.Single(i => i.Role == role);
        return Results[input.Node].Outputs[input.Output];
    }

    public StageResult Finish(IReadOnlyDictionary<string, ArtifactRef> outputs, IReadOnlyDictionary<string, double> counts) =>
        new(Key, Node.Kind, outputs, counts, WallSeconds());
}
