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
using SkillFactory.Hosting.Attaching;
using SkillFactory.Hosting.Messages;
using SkillFactory.Hosting.Placement;
using SkillFactory.Primitives.Errors;
using SkillFactory.Workers;
using StackExchange.Redis;

namespace SkillFactory.Hosting.Silos;

/// <summary>Adds a silo or a client, in embedded and in cluster mode.</summary>
public static class SiloHostingExtensions
{
    // A dead silo is detected within about 15 s instead of Orleans' default of two minutes, so that a crashed cluster restarts quickly.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan IAmAlivePeriod = TimeSpan.FromSeconds(5);
    private const int MissedIAmAliveLimit = 2;

    // Rollouts use all cores, so the client may process a reply only after seconds. That is not a failure.
    private const int RedisTimeoutMilliseconds = 30_000;

    private static readonly Assembly Contracts = typeof(ContractSerialization).Assembly;
    private static readonly Assembly ControlGrains = typeof(StateEnvelopeSerializer).Assembly;

    /// <summary>Adds a silo with the given roles, and the workers of the rollout and learner roles.</summary>
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
            if (settings.AttachPoint is { } point)
            {
                silo.ListenOnlyAt(point, settings.GatewayPort);
            }

            silo.Configure<ClusterMembershipOptions>(o =>
            {
                o.ProbeTimeout = ProbeTimeout;
                o.IAmAliveTablePublishTimeout = IAmAlivePeriod;
                o.NumMissedTableIAmAliveLimit = MissedIAmAliveLimit;
            });
            silo.Configure<SiloMessagingOptions>(o => o.CancelRequestOnTimeout = true);
            silo.Configure<ClientMessagingOptions>(o => o.CancelRequestOnTimeout = true);
            silo.Configure<GrainTypeOptions>(o => RemoveGrainsOfOtherRoles(o, settings.Roles));
            silo.UseRedisClustering(o => o.ConfigurationOptions = WithLongTimeouts(settings.Redis));
            silo.AddRedisGrainStorage(StateStorageExtensions.Provider, (RedisStorageOptions o) =>
            {
                o.ConfigurationOptions = WithLongTimeouts(settings.Redis);
                o.DeleteStateOnClear = true;
            });
            silo.UseRedisReminderService(o => o.ConfigurationOptions = WithLongTimeouts(settings.Redis));
            silo.Configure<ExperimentOptions>(o => (o.Watchdog, o.ReadOnly) = (settings.Watchdog, settings.ReadOnly));
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

    /// <summary>Adds a client of a cluster. The caller configures how it finds the gateways.</summary>
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

    /// <summary>A silo hosts only the grains of its roles, so a worker silo runs no control grains, and a control silo never loads
    /// libtorch.</summary>
    private static void RemoveGrainsOfOtherRoles(GrainTypeOptions options, IReadOnlyList<string> roles)
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

    private static ConfigurationOptions WithLongTimeouts(ConfigurationOptions redis)
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
                throw new UserErrorException($"Unknown silo role '{role}'{NearestName.Hint(role, [.. SiloRoles.All])}");
            }
        }

        if (settings.SiloName.Contains('/', StringComparison.Ordinal))
        {
            throw new UserErrorException($"Silo name '{settings.SiloName}' contains a slash, which separates the parts of a slot key.");
        }
    }
}
