using System.Net;
using SkillFactory.Contracts.Placement;
using SkillFactory.Grains.Experiments;
using StackExchange.Redis;

namespace SkillFactory.Hosting.Silos;

/// <summary>What one silo is and where it meets the others. Embedded and cluster mode differ only in these values.</summary>
public sealed record SiloSettings
{
    /// <summary>Names the stored state; the same for the life of an installation. Default "skillfactory".</summary>
    public string ServiceId { get; init; } = DefaultServiceId;

    /// <summary>Silos with the same cluster id form one cluster.</summary>
    public required string ClusterId { get; init; }

    /// <summary>This silo's name; unique in the cluster, without a slash. Default: machine name and process id.</summary>
    public string SiloName { get; init; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>Any of <see cref="SiloRoles"/>.</summary>
    public IReadOnlyList<string> Roles { get; init; } = SiloRoles.All;

    /// <summary>"cpu" or "cuda:N".</summary>
    public string Device { get; init; } = DeviceClasses.Cpu;

    /// <summary>Rollout slots. Default: the processor count for cpu, 1 for a GPU.</summary>
    public int? Slots { get; init; }

    /// <summary>Longest that a running experiment whose silo was lost lies still. Default <see cref="ExperimentOptions.DefaultWatchdog"/>.</summary>
    public TimeSpan Watchdog { get; init; } = ExperimentOptions.DefaultWatchdog;

    /// <summary>The Redis that holds membership, grain state and reminders.</summary>
    public required ConfigurationOptions Redis { get; init; }

    /// <summary>Address other silos and clients reach this one at.</summary>
    public IPAddress AdvertisedAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Address listened on. Default: the advertised one.</summary>
    public IPAddress? ListeningAddress { get; init; }

    public required int SiloPort { get; init; }

    public required int GatewayPort { get; init; }

    /// <summary>The default service id.</summary>
    public const string DefaultServiceId = "skillfactory";
}
