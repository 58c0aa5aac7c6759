using System.Text.Json.Serialization;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.State;
using SkillFactory.Core.Artifacts;

namespace SkillFactory.Grains.Experiments;

/// <summary>What is stored of an experiment: the decision what to run, how far it is, and what must still be told to others. References only;
/// the plan follows from the recipe, results lie in the artifact store under their stage keys.</summary>
[StateVersion(1)]
public sealed class ExperimentState
{
    /// <summary>Commands whose ids are remembered.</summary>
    public const int CommandsKept = 32;

    public SubmitExperiment? Submitted { get; set; }

    public string Name { get; set; } = "";

    public DateTimeOffset SubmittedAt { get; set; }

    public ExperimentPhase Phase { get; set; }

    /// <summary>Counts state changes.</summary>
    public long Revision { get; set; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; set; }

    /// <summary>Whether the error is a person's to mend.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool UserError { get; set; }

    /// <summary>Stages that were begun, by their id in the plan.</summary>
    public Dictionary<string, StageState> Stages { get; set; } = new(StringComparer.Ordinal);

    /// <summary>What must happen outside and has not been confirmed, oldest first.</summary>
    public List<PendingEffect> Effects { get; set; } = [];

    /// <summary>Ids of the latest commands: one that comes again changes nothing.</summary>
    public List<Guid> Commands { get; set; } = [];

    /// <summary>Remembers a command; false when it is known.</summary>
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
/// <param name="WallSeconds">Time spent on it, as far as recorded.</param>
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

    /// <summary>Drop what only an unfinished stage needed.</summary>
    Scratch,
}

/// <param name="Stage">Stage name, or key for <see cref="EffectKind.Dataset"/> and <see cref="EffectKind.Scratch"/>, or phase for <see cref="EffectKind.Phase"/>.</param>
/// <param name="Artifact">What is announced.</param>
/// <param name="Number">Revision or version.</param>
public sealed record PendingEffect(EffectKind Kind, string Stage, ArtifactRef? Artifact, long Number);
