using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Reporting;

/// <summary>What a run's folder and report are made from. May be taken while the run goes on: what is not there yet is left out.</summary>
public sealed record RunExport
{
    /// <summary>Experiment id.</summary>
    public required string ExperimentId { get; init; }

    /// <summary>The resolved recipe.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The same as YAML, for recipe.yaml.</summary>
    public required string RecipeText { get; init; }

    /// <summary>Finished stages, as each arm of each seed sees them.</summary>
    public required IReadOnlyList<ArmStageResult> Stages { get; init; }

    /// <summary>The base model's files besides its weights; they complete every checkpoint folder.</summary>
    public required ModelRef Model { get; init; }

    /// <summary>When the run was submitted. Also the time that metrics are dated from.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>False while stages are still missing.</summary>
    public bool Complete { get; init; } = true;

    /// <summary>Version of the program.</summary>
    public string Version { get; init; } = "";

    /// <summary>What it ran on, in one line, e.g. "2 cores, AMD EPYC, cpu".</summary>
    public string Machine { get; init; } = "";
}
