using SkillFactory.Contracts.Placement;
using SkillFactory.Grains.Experiments;

namespace SkillFactory.Hosting.Embedded;

/// <summary>Options of <see cref="EmbeddedSystem"/>.</summary>
public sealed record EmbeddedOptions
{
    /// <summary>Folder of all persistent data; created if missing. Only one process at a time can use it.</summary>
    public required string Workspace { get; init; }

    /// <summary>"cpu" or "cuda:N". Default cpu.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Number of rollout slots. Default: the processor count for cpu, 1 for a GPU.</summary>
    public int? Slots { get; init; }

    /// <summary>Roles of the silo; default all. With only <see cref="SiloRoles.Control"/>, there are no slots and no learner, and
    /// libtorch is not loaded.</summary>
    public IReadOnlyList<string> Roles { get; init; } = SiloRoles.All;

    /// <summary>Maximum time until an experiment that an earlier process left running continues. Default
    /// <see cref="ExperimentOptions.DefaultWatchdog"/>.</summary>
    public TimeSpan Watchdog { get; init; } = ExperimentOptions.DefaultWatchdog;

    /// <summary>Another workspace whose artifacts are read; the experiments of this one then only answer questions. Default null: this
    /// workspace has its own artifacts.</summary>
    public string? ReadFrom { get; init; }
}
