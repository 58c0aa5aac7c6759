using System.Text.Json.Serialization;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.State;
using SkillFactory.Core.Artifacts;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Experiments;

/// <summary>Stored state of an experiment: what was submitted, which stages were begun, and which effects are pending. It holds references
/// only; the plan follows from the recipe, and results are in the artifact store under their stage keys.</summary>
[StateVersion(1)]
public sealed class ExperimentState
{
    /// <summary>Number of command ids kept.</summary>
    public const int CommandsKept = 32;

    public SubmitExperiment? Submitted { get; set; }

    public string Name { get; set; } = "";

    public DateTimeOffset SubmittedAt { get; set; }

    public ExperimentPhase Phase { get; set; }

    /// <summary>Counts state changes.</summary>
    public long Revision { get; set; }

    /// <summary>Why it failed; null unless it did.</summary>
    public Failure? Failure { get; set; }

    /// <summary>The stages begun, by their id in the plan.</summary>
    public Dictionary<string, StageState> Stages { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Effects outside of this grain that are not confirmed yet, oldest first.</summary>
    public List<PendingEffect> Effects { get; set; } = [];

    /// <summary>Ids of the latest commands. A command with one of them is a repetition and changes nothing.</summary>
    public List<Guid> Commands { get; set; } = [];

    /// <summary>Adds a command; false when it is a repetition.</summary>
    public bool Accept(Guid commandId)
    {
        if (Commands.Contains(commandId))
        {
            return false;
        }

        Commands.Add(commandId);
        if (Commands.Count > CommandsKept)
        {
            Commands.RemoveAt(0);
        }

        return true;
    }
}

/// <param name="Key">Stage key.</param>
/// <param name="WallSeconds">Seconds spent on it before the run in progress.</param>
public sealed record StageState(StagePhase Phase, string Key, double WallSeconds)
{
    [JsonIgnore]
    public bool IsDone => Phase is StagePhase.Done or StagePhase.Reused;
}

/// <summary>The kinds of <see cref="PendingEffect"/>.</summary>
public enum EffectKind
{
    /// <summary>Announce a phase on the bus and in the catalog.</summary>
    Phase,

    /// <summary>Announce the dataset of an SFT stage; confirmed when the announcement comes back.</summary>
    Dataset,

    /// <summary>Announce a checkpoint.</summary>
    Checkpoint,

    /// <summary>Announce an evaluation.</summary>
    Evaluation,

    /// <summary>Delete the scratch of a stage.</summary>
    Scratch,
}

/// <param name="Stage">Stage name; the stage key for <see cref="EffectKind.Dataset"/> and <see cref="EffectKind.Scratch"/>; the phase for
/// <see cref="EffectKind.Phase"/>.</param>
/// <param name="Artifact">What is announced.</param>
/// <param name="Number">Revision or version.</param>
public sealed record PendingEffect(EffectKind Kind, string Stage, ArtifactRef? Artifact, long Number);
