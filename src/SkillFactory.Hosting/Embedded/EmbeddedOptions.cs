using Microsoft.Extensions.Logging;
using SkillFactory.Contracts.Placement;
using SkillFactory.Grains.Experiments;

namespace SkillFactory.Hosting.Embedded;

/// <summary>How the whole system runs in this process.</summary>
public sealed record EmbeddedOptions
{
    /// <summary>Folder of everything durable; created when missing. One process at a time.</summary>
    public required string Workspace { get; init; }

    /// <summary>"cpu" or "cuda:N". Default cpu.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Replica slots. Default: the processor count for cpu, 1 for a GPU.</summary>
    public int? Slots { get; init; }

    /// <summary>Roles of the silo; default all. Only <see cref="SiloRoles.Control"/>: no slots, no learner, no device library is loaded.</summary>
    public IReadOnlyList<string> Roles { get; init; } = SiloRoles.All;

    /// <summary>Longest that an experiment which the workspace's last process left running lies still. Default <see cref="ExperimentOptions.DefaultWatchdog"/>.</summary>
    public TimeSpan Watchdog { get; init; } = ExperimentOptions.DefaultWatchdog;

    /// <summary>What goes to <c>logs/skillfactory.log</c> of our own; everybody else's from warnings on. Default information.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Also log to the console. Default no: the console belongs to the command.</summary>
    public bool LogToConsole { get; init; }

    /// <summary>"cpu" or "cuda": the compute pool's key.</summary>
    public string DeviceClass => DeviceClasses.Of(Device);
}
