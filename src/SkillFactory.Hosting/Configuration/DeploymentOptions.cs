using System.Net;
using Microsoft.Extensions.Configuration;
using SkillFactory.Contracts.Placement;
using SkillFactory.Hosting.Silos;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hosting.Configuration;

/// <summary>How the parts of an installation are connected.</summary>
public enum DeploymentMode
{
    /// <summary>One process and one workspace folder.</summary>
    Embedded,

    /// <summary>Silos and gateways that share Redis, RabbitMQ and an artifact folder.</summary>
    Cluster,
}

/// <summary>The configuration section <c>SkillFactory</c> of the silo and gateway executables. Sources are files, the environment
/// (<c>SkillFactory__Redis</c>) and arguments (<c>--redis</c>). <see cref="Read"/> rejects unknown keys.</summary>
public sealed record DeploymentOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "SkillFactory";

    private static IReadOnlyList<string> Keys { get; } =
    [
        nameof(Mode),
        nameof(Workspace),
        nameof(Redis),
        nameof(RabbitMq),
        nameof(Artifacts),
        nameof(ServiceId),
        nameof(ClusterId),
        nameof(Roles),
        nameof(Device),
        nameof(Slots),
        nameof(SiloName),
        nameof(AdvertisedAddress),
        nameof(ListeningAddress),
        nameof(SiloPort),
        nameof(GatewayPort),
    ];

    /// <summary>Arguments of the executables and the configuration keys they set.</summary>
    private static IDictionary<string, string> Arguments { get; } =
        Keys.ToDictionary(key => "--" + char.ToLowerInvariant(key[0]) + key[1..], key => $"{Section}:{key}", StringComparer.Ordinal);

    /// <summary>Default embedded.</summary>
    public DeploymentMode Mode { get; private init; }

    /// <summary>Embedded: the workspace folder. Default "runs".</summary>
    public string Workspace { get; private init; } = "runs";

    /// <summary>Cluster: "host:6379,password=…". Stores grain state, so it needs an append-only file and no eviction.</summary>
    public string? Redis { get; private init; }

    /// <summary>Cluster: "amqp://user:password@host/vhost".</summary>
    public Uri? RabbitMq { get; private init; }

    /// <summary>Cluster: the artifact folder that all silos share.</summary>
    public string? Artifacts { get; private init; }

    /// <summary>Cluster: prefix of the stored state. Default "skillfactory".</summary>
    public string ServiceId { get; private init; } = SiloSettings.DefaultServiceId;

    /// <summary>Cluster: silos with the same id form a cluster. Default "skillfactory".</summary>
    public string ClusterId { get; private init; } = SiloSettings.DefaultServiceId;

    /// <summary>Roles of this silo, separated by commas. Default all.</summary>
    public IReadOnlyList<string> Roles { get; private init; } = SiloRoles.All;

    /// <summary>"cpu" or "cuda:N". Default cpu.</summary>
    public string Device { get; private init; } = DeviceClasses.Cpu;

    /// <summary>Number of rollout slots. Default: the processor count for cpu, 1 for a GPU.</summary>
    public int? Slots { get; private init; }

    /// <summary>Cluster: this silo's name. Default: machine name and process id.</summary>
    public string? SiloName { get; private init; }

    /// <summary>Cluster: the address at which others reach this silo. Default: loopback, for clusters on one machine.</summary>
    public IPAddress AdvertisedAddress { get; private init; } = IPAddress.Loopback;

    /// <summary>Cluster: the address to listen on. Default: the advertised address.</summary>
    public IPAddress? ListeningAddress { get; private init; }

    /// <summary>Cluster: silo-to-silo port. Default 11111.</summary>
    public int SiloPort { get; private init; } = SiloSettings.DefaultSiloPort;

    /// <summary>Cluster: port for clients. Default 30000.</summary>
    public int GatewayPort { get; private init; } = SiloSettings.DefaultGatewayPort;

    /// <summary>Reads and validates the section.</summary>
    /// <exception cref="UserErrorException">A key is unknown, or a value is not valid.</exception>
    public static DeploymentOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        foreach (var child in section.GetChildren())
        {
            if (!Keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                throw new UserErrorException(
                    $"Configuration key {Section}:{child.Key} is not known{NearestName.Hint(child.Key, [.. Keys])}"
                );
            }
        }

        var defaults = new DeploymentOptions();
        var options = new DeploymentOptions
        {
            Mode = Value(section, nameof(Mode), defaults.Mode, "Embedded or Cluster", text =>
                Enum.TryParse<DeploymentMode>(text, ignoreCase: true, out var mode) && Enum.IsDefined(mode) ? mode : null
            ),
            Workspace = section[nameof(Workspace)] ?? defaults.Workspace,
            Redis = section[nameof(Redis)],
            RabbitMq = Reference<Uri>(section, nameof(RabbitMq), "an address like amqp://user:password@host/vhost", text =>
                Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" or "rabbitmq" or "rabbitmqs"
                    ? new Uri(text)
                    : null
            ),
            Artifacts = section[nameof(Artifacts)],
            ServiceId = section[nameof(ServiceId)] ?? defaults.ServiceId,
            ClusterId = section[nameof(ClusterId)] ?? defaults.ClusterId,
            Roles = section[nameof(Roles)]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                ?? defaults.Roles,
            Device = section[nameof(Device)] ?? defaults.Device,
            Slots = section[nameof(Slots)] is null
                ? null
                : Value(section, nameof(Slots), 1, "a whole number from 1", text =>
                    int.TryParse(text, out var n) && n >= 1 ? n : (int?)null
                ),
            SiloName = section[nameof(SiloName)],
            AdvertisedAddress = Reference(section, nameof(AdvertisedAddress), "an IP address", ParseAddress) ?? defaults.AdvertisedAddress,
            ListeningAddress = Reference(section, nameof(ListeningAddress), "an IP address", ParseAddress),
            SiloPort = Value(section, nameof(SiloPort), defaults.SiloPort, "a port from 1 to 65535", ParsePort),
            GatewayPort = Value(section, nameof(GatewayPort), defaults.GatewayPort, "a port from 1 to 65535", ParsePort),
        };
        _ = DeviceClasses.Of(options.Device);
        return options;
    }

    /// <summary>Adds command-line arguments to the configuration: those of this section and <paramref name="others"/> (argument to key),
    /// as <c>--name value</c> or <c>--name=value</c>.</summary>
    /// <exception cref="UserErrorException">An argument is unknown or has no value.</exception>
    public static void AddArguments(
        IConfigurationBuilder configuration,
        string[] args,
        params IEnumerable<KeyValuePair<string, string>> others
    )
    {
        var known = Arguments.Concat(others).ToDictionary(StringComparer.Ordinal);
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < args.Length; i++)
        {
            var parts = args[i].Split('=', 2);
            if (!known.TryGetValue(parts[0], out var key))
            {
                throw new UserErrorException($"Argument '{parts[0]}' is not known{NearestName.Hint(parts[0], known.Keys)}");
            }

            values[key] =
                parts.Length == 2 ? parts[1]
                : ++i < args.Length ? args[i]
                : throw new UserErrorException($"Argument '{parts[0]}' needs a value.");
        }

        configuration.AddInMemoryCollection(values);
    }

    /// <summary>Returns a value that cluster mode requires.</summary>
    /// <exception cref="UserErrorException">It is not configured.</exception>
    public static T Require<T>(T? value, string key)
        where T : class =>
        value
        ?? throw new UserErrorException($"Cluster mode needs {Section}:{key} (argument --{char.ToLowerInvariant(key[0])}{key[1..]}).");

    private static IPAddress? ParseAddress(string text) => IPAddress.TryParse(text, out var address) ? address : null;

    private static int? ParsePort(string text) => int.TryParse(text, out var port) && port is >= 1 and <= 65535 ? port : null;

    private static T Value<T>(IConfigurationSection section, string key, T defaultValue, string expected, Func<string, T?> parse)
        where T : struct => section[key] is { } text ? parse(text) ?? throw Invalid(key, text, expected) : defaultValue;

    private static T? Reference<T>(IConfigurationSection section, string key, string expected, Func<string, T?> parse)
        where T : class => section[key] is { } text ? parse(text) ?? throw Invalid(key, text, expected) : null;

    private static UserErrorException Invalid(string key, string found, string expected) =>
        new($"Configuration key {Section}:{key} is '{found}'; expected {expected}.");
}
