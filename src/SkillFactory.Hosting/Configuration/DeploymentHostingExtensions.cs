using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using SkillFactory.Contracts.Placement;
using SkillFactory.Core.Artifacts;
using SkillFactory.Hosting.Bus;
using SkillFactory.Hosting.Silos;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Artifacts;
using StackExchange.Redis;

namespace SkillFactory.Hosting.Configuration;

/// <summary>Adds silos and clients in cluster mode, which are connected through Redis, RabbitMQ and a shared artifact folder.</summary>
public static class DeploymentHostingExtensions
{
    // Longer than the longest unit of device work and its checkpoint. The orchestrator's grace period must be longer still.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(120);

    /// <summary>Adds a silo of the cluster with its artifact store and the bus.</summary>
    public static IHostApplicationBuilder AddSkillFactoryNode(this IHostApplicationBuilder builder, DeploymentOptions deployment)
    {
        var artifacts = DeploymentOptions.Require(deployment.Artifacts, nameof(deployment.Artifacts));
        var rabbitMq = DeploymentOptions.Require(deployment.RabbitMq, nameof(deployment.RabbitMq));
        var settings = new SiloSettings
        {
            ServiceId = deployment.ServiceId,
            ClusterId = deployment.ClusterId,
            Roles = deployment.Roles,
            Device = deployment.Device,
            Slots = deployment.Slots,
            Redis = RedisOf(deployment),
            AdvertisedAddress = deployment.AdvertisedAddress,
            ListeningAddress = deployment.ListeningAddress,
            SiloPort = deployment.SiloPort,
            GatewayPort = deployment.GatewayPort,
        };
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddSingleton<IArtifactStore>(_ => new FileArtifactStore(artifacts, TimeProvider.System));
        builder.AddSkillFactorySilo(deployment.SiloName is { } name ? settings with { SiloName = name } : settings);
        builder.Services.AddSkillFactoryBus(rabbitMq, consume: deployment.Roles.Contains(SiloRoles.Control));
        return builder;
    }

    /// <summary>Adds a client that finds the cluster's gateways in Redis.</summary>
    public static IHostApplicationBuilder AddSkillFactoryClient(this IHostApplicationBuilder builder, DeploymentOptions deployment)
    {
        var redis = RedisOf(deployment);
        return builder.AddSkillFactoryClient(deployment.ClusterId, deployment.ServiceId, client =>
            client.UseRedisClustering(o => o.ConfigurationOptions = redis)
        );
    }

    private static ConfigurationOptions RedisOf(DeploymentOptions deployment)
    {
        var text = DeploymentOptions.Require(deployment.Redis, nameof(deployment.Redis));
        try
        {
            return ConfigurationOptions.Parse(text);
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException(
                $"Configuration key {DeploymentOptions.Section}:{nameof(deployment.Redis)} is not valid: {e.Message}",
                e
            );
        }
    }
}
