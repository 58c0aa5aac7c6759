using System.Net;
using SkillFactory.Contracts.Placement;
using SkillFactory.Grains.Experiments;
using SkillFactory.Hosting.Attaching;
using StackExchange.Redis;

namespace SkillFactory.Hosting.Silos;

/// <summary>Settings of one silo. Embedded and cluster mode differ only in these values.</summary>
public sealed record SiloSettings
{
    /// <summary>Prefix of the stored state; must not change during the life of an installation. Default "skillfactory".</summary>
    public string ServiceId { get; init; } = DefaultServiceId;

    /// <summary>Silos with the same cluster id form one cluster.</summary>
    public required string ClusterId { get; init; }

    /// <summary>Name of the silo; unique in the cluster, without a slash. Default: machine name and process id.</summary>
    public string SiloName { get; init; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>Roles from <see cref="SiloRoles"/>. Default: all.</summary>
    public IReadOnlyList<string> Roles { get; init; } = SiloRoles.All;

    /// <summary>"cpu" or "cuda:N".</summary>
    public string Device { get; init; } = DeviceClasses.Cpu;

    /// <summary>Number of rollout slots. Default: the processor count for cpu, 1 for a GPU.</summary>
    public int? Slots { get; init; }

    /// <summary>Maximum time until an experiment continues after its silo was lost. Default
    /// <see cref="ExperimentOptions.DefaultWatchdog"/>.</summary>
    public TimeSpan Watchdog { get; init; } = ExperimentOptions.DefaultWatchdog;

    /// <summary>Whether experiments only answer questions; see <see cref="ExperimentOptions.ReadOnly"/>. Default false.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The Redis server for membership, grain state and reminders.</summary>
    public required ConfigurationOptions Redis { get; init; }

    /// <summary>Address at which other silos and clients reach this silo.</summary>
    public IPAddress AdvertisedAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Address to listen on. Default: the advertised address.</summary>
    public IPAddress? ListeningAddress { get; init; }

    /// <summary>Port for other silos. Default 11111.</summary>
    public int SiloPort { get; init; } = DefaultSiloPort;

    /// <summary>Port for clients. Default 30000.</summary>
    public int GatewayPort { get; init; } = DefaultGatewayPort;

    /// <summary>If set, the silo is the only one of its cluster and opens neither port; they only name it. Clients connect at the attach
    /// point.</summary>
    public AttachPoint? AttachPoint { get; init; }

    /// <summary>The default service id.</summary>
    public const string DefaultServiceId = "skillfactory";

    public const int DefaultSiloPort = 11111;

    public const int DefaultGatewayPort = 30000;
}
