using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;
using SkillFactory.Contracts;
using SkillFactory.Grains.Leases;
using SkillFactory.Grains.State;

namespace SkillFactory.Grains.Tests;

/// <summary>One silo with the control grains, their state in memory in its real format, and leases that expire quickly.</summary>
public sealed class GrainCluster : IAsyncLifetime
{
    /// <summary>Lease and slot expiry in this cluster.</summary>
    public static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(3);

    private InProcessTestCluster? _cluster;

    public IGrainFactory Grains => Cluster.Client;

    public InProcessTestCluster Cluster => _cluster ?? throw new InvalidOperationException("Not started.");

    public async Task InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.Services.AddContractSerialization();
                silo.Services.AddGrainState();
                silo.Services.AddSingleton(TimeProvider.System);
                silo.Services.Configure<ComputePoolOptions>(o =>
                {
                    o.LeaseDuration = LeaseDuration;
                    o.SlotExpiry = LeaseDuration;
                });
                silo.AddMemoryGrainStorage(StateStorageExtensions.Provider);
            }
        );
        builder.ConfigureClient(client => client.Services.AddContractSerialization());
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}

/// <summary>Tests that share the cluster; each uses its own grain keys.</summary>
[CollectionDefinition(Name)]
public sealed class GrainClusterCollection : ICollectionFixture<GrainCluster>
{
    public const string Name = "grain cluster";
}
