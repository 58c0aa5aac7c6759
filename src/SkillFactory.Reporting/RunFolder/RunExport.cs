using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Reporting.RunFolder;

/// <summary>Everything that is needed to write the folder and the report of a run. A running run can be exported with the stages that are
/// finished.</summary>
public sealed record RunExport
{
    /// <summary>Experiment id.</summary>
    public required string ExperimentId { get; init; }

    /// <summary>The resolved recipe.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The resolved recipe as YAML, for recipe.yaml.</summary>
    public required string RecipeText { get; init; }

    /// <summary>Finished stages of every arm and seed.</summary>
    public required IReadOnlyList<ArmStageResult> Stages { get; init; }

    /// <summary>Files of the base model without the weights. They are copied to every checkpoint folder.</summary>
    public required ModelRef Model { get; init; }

    /// <summary>Time of submission. Times in the TensorBoard files count from here.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>False when stages are missing.</summary>
    public bool Complete { get; init; } = true;

    /// <summary>Version of the program.</summary>
    public string Version { get; init; } = "";

    /// <summary>Description of the machine in one line, e.g. "2 cores, AMD EPYC, cpu".</summary>
    public string Machine { get; init; } = "";
}
