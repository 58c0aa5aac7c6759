using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using Orleans.Storage;

namespace SkillFactory.Grains.State;

/// <summary>Registers the storage of grain state.</summary>
public static class StateStorageExtensions
{
    /// <summary>Name under which to register the storage provider.</summary>
    public const string Provider = "records";

    /// <summary>Stores the state of grains, in its versioned form, with the provider named <see cref="Provider"/>.</summary>
    public static IServiceCollection AddGrainState(this IServiceCollection services) =>
        services
            .AddSingleton<IGrainStorageSerializer, StoredRecordSerializer>()
            .AddKeyedSingleton<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (provider, _) =>
                new StateStorage(provider.GetRequiredKeyedService<IGrainStorage>(Provider))
            )
            .AddSingleton(provider => provider.GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME));
}
