using System.Net;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Persistence;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Serialization;
using SkillFactory.Contracts;
using SkillFactory.Contracts.Placement;
using SkillFactory.Grains.Experiments;
using SkillFactory.Grains.State;
using SkillFactory.Hosting.Messages;
using SkillFactory.Hosting.Placement;
using SkillFactory.Primitives.Errors;
using SkillFactory.Workers;
using StackExchange.Redis;

namespace SkillFactory.Hosting.Silos;

/// <summary>One composition of a silo and of a client, for embedded and cluster mode.</summary>
public static class SiloHostingExtensions
{
    // Found dead within about 15 s instead of the defaults' two minutes, so that a crashed cluster is soon up again.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan IAmAlivePeriod = TimeSpan.FromSeconds(5);
    private const int MissedIAmAliveLimit = 2;

    // Redis shares the cores with samplers that use all of them: a reply may take seconds to be looked at, and that is no failure.
    private const int RedisTimeoutMilliseconds = 30_000;

    private static readonly Assembly Contracts = typeof(ContractSerialization).Assembly;
    private static readonly Assembly ControlGrains = typeof(StateEnvelopeSerializer).Assembly;

    /// <summary>Adds a silo with the given roles; one that samples or learns is a worker too.</summary>
    public static IHostApplicationBuilder AddSkillFactorySilo(this IHostApplicationBuilder builder, SiloSettings settings)
    {
        Validate(settings);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.UseOrleans(silo =>
        {
            silo.Services.AddSkillFactorySerialization().AddSiloMetadataFilters();
            silo.Services.AddSerializer(serializer => serializer.AddAssembly(ControlGrains));
            silo.Services.AddGrainState();
            silo.AddOutgoingGrainCallFilter<MessageSizeGuard>().AddIncomingGrainCallFilter<MessageSizeGuard>();
            silo.UseSiloMetadata(
                new Dictionary<string, string>
                {
                    [SiloMetadataKeys.Silo] = settings.SiloName,
                    [SiloMetadataKeys.Role] = string.Join(',', settings.Roles),
                    [SiloMetadataKeys.Device] = DeviceClasses.Of(settings.Device),
                }
            );
            silo.Configure<SiloOptions>(o => o.SiloName = settings.SiloName);
            silo.Configure<ClusterOptions>(o => (o.ServiceId, o.ClusterId) = (settings.ServiceId, settings.ClusterId));
            silo.Configure<EndpointOptions>(o =>
            {
                var listening = settings.ListeningAddress ?? settings.AdvertisedAddress;
                o.AdvertisedIPAddress = settings.AdvertisedAddress;
                (o.SiloPort, o.GatewayPort) = (settings.SiloPort, settings.GatewayPort);
                o.SiloListeningEndpoint = new IPEndPoint(listening, settings.SiloPort);
                o.GatewayListeningEndpoint = new IPEndPoint(listening, settings.GatewayPort);
            });
            silo.Configure<ClusterMembershipOptions>(o =>
            {
                o.ProbeTimeout = ProbeTimeout;
                o.IAmAliveTablePublishTimeout = IAmAlivePeriod;
                o.NumMissedTableIAmAliveLimit = MissedIAmAliveLimit;
            });
            silo.Configure<SiloMessagingOptions>(o => o.CancelRequestOnTimeout = true);
            silo.Configure<ClientMessagingOptions>(o => o.CancelRequestOnTimeout = true);
            silo.Configure<GrainTypeOptions>(o => KeepGrainsOfRoles(o, settings.Roles));
            silo.UseRedisClustering(o => o.ConfigurationOptions = Patient(settings.Redis));
            silo.AddRedisGrainStorage(StateStorageExtensions.Provider, (RedisStorageOptions o) =>
            {
                o.ConfigurationOptions = Patient(settings.Redis);
                o.DeleteStateOnClear = true;
            });
            silo.UseRedisReminderService(o => o.ConfigurationOptions = Patient(settings.Redis));
            silo.Configure<ExperimentOptions>(o => o.Watchdog = settings.Watchdog);
            silo.Configure<ReminderOptions>(o =>
                o.MinimumReminderPeriod = settings.Watchdog < o.MinimumReminderPeriod ? settings.Watchdog : o.MinimumReminderPeriod
            );
            var (rollout, learner) = (settings.Roles.Contains(SiloRoles.Rollout), settings.Roles.Contains(SiloRoles.Learner));
            if (rollout || learner)
            {
                silo.AddSkillFactoryWorkers(o =>
                    (o.Device, o.Slots, o.Rollout, o.Learner) = (settings.Device, settings.Slots, rollout, learner)
                );
            }
        });
        return builder;
    }

    /// <summary>Adds a client of a cluster; the caller says how gateways are found.</summary>
    public static IHostApplicationBuilder AddSkillFactoryClient(
        this IHostApplicationBuilder builder,
        string clusterId,
        string serviceId,
        Action<IClientBuilder> useGateways
    )
    {
        builder.UseOrleansClient(client =>
        {
            client.Services.AddSkillFactorySerialization();
            client.AddOutgoingGrainCallFilter<MessageSizeGuard>();
            client.Configure<ClusterOptions>(o => (o.ServiceId, o.ClusterId) = (serviceId, clusterId));
            client.Configure<ClientMessagingOptions>(o => o.CancelRequestOnTimeout = true);
            useGateways(client);
        });
        return builder;
    }

    private static IServiceCollection AddSkillFactorySerialization(this IServiceCollection services) =>
        services.AddContractSerialization().AddSerializer(serializer => serializer.AddAssembly(Contracts));

    /// <summary>A silo hosts only the grains of its roles: control grains never land on a GPU silo, nor the reverse, and a control silo
    /// never loads a device library.</summary>
    private static void KeepGrainsOfRoles(GrainTypeOptions options, IReadOnlyList<string> roles)
    {
        var isControl = roles.Contains(SiloRoles.Control);
        var isWorker = roles.Contains(SiloRoles.Rollout) || roles.Contains(SiloRoles.Learner);
        options.Classes.RemoveWhere(type =>
            type.Assembly.GetName().Name switch
            {
                "SkillFactory.Grains" => !isControl,
                "SkillFactory.Workers" => !isWorker,
                _ => false,
            }
        );
    }

    private static ConfigurationOptions Patient(ConfigurationOptions redis)
    {
        var options = redis.Clone();
        options.AbortOnConnectFail = false;
        options.SyncTimeout = Math.Max(options.SyncTimeout, RedisTimeoutMilliseconds);
        options.AsyncTimeout = Math.Max(options.AsyncTimeout, RedisTimeoutMilliseconds);
        return options;
    }

    private static void Validate(SiloSettings settings)
    {
        if (settings.Roles.Count == 0)
        {
            throw new UserErrorException($"A silo needs at least one role; known: {string.Join(", ", SiloRoles.All)}.");
        }

        foreach (var role in settings.Roles)
        {
            if (!SiloRoles.All.Contains(role))
            {
                throw new UserErrorException($"Silo role '{role}' is not known{NearestName.Hint(role, [.. SiloRoles.All])}");
            }
        }

        if (settings.SiloName.Contains('/', StringComparison.Ordinal))
        {
            throw new UserErrorException($"Silo name '{settings.SiloName}' has a slash, which separates the parts of a slot's key.");
        }
    }
}
