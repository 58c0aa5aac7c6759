using Microsoft.Extensions.DependencyInjection;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;
using SkillFactory.Contracts.Placement;

namespace SkillFactory.Hosting.Placement;

/// <summary>Implements the placement attributes. Every silo needs it, because any silo may place a grain.</summary>
public static class SiloMetadataFilters
{
    public static IServiceCollection AddSiloMetadataFilters(this IServiceCollection services)
    {
        services.AddPlacementFilter<RequireSiloMetadataStrategy, RequireSiloMetadataDirector>(ServiceLifetime.Transient);
        services.AddPlacementFilter<PinToSiloInKeyStrategy, PinToSiloInKeyDirector>(ServiceLifetime.Transient);
        return services;
    }

    private static bool Has(ISiloMetadataCache metadata, SiloAddress silo, string key, string value) =>
        metadata.GetSiloMetadata(silo).Metadata.TryGetValue(key, out var found)
        && found.Split(',', StringSplitOptions.TrimEntries).Contains(value, StringComparer.Ordinal);

    private sealed class RequireSiloMetadataDirector(ISiloMetadataCache metadata) : IPlacementFilterDirector
    {
        public IEnumerable<SiloAddress> Filter(
            PlacementFilterStrategy filterStrategy,
            PlacementTarget target,
            IEnumerable<SiloAddress> silos
        )
        {
            var required = (RequireSiloMetadataStrategy)filterStrategy;
            return silos.Where(silo => Has(metadata, silo, required.Key, required.Value));
        }
    }

    private sealed class PinToSiloInKeyDirector(ISiloMetadataCache metadata) : IPlacementFilterDirector
    {
        public IEnumerable<SiloAddress> Filter(
            PlacementFilterStrategy filterStrategy,
            PlacementTarget target,
            IEnumerable<SiloAddress> silos
        )
        {
            var key = target.GrainIdentity.Key.ToString() ?? "";
            var name = key.Split('/')[0];
            return silos.Where(silo => Has(metadata, silo, SiloMetadataKeys.Silo, name));
        }
    }
}
