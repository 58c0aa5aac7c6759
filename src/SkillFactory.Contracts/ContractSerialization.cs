using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using SkillFactory.Core;

namespace SkillFactory.Contracts;

/// <summary>How Core's plain records travel in grain messages.</summary>
public static class ContractSerialization
{
    /// <summary>Core knows nothing of Orleans: its records (references, recipes, results) travel as JSON in the artifacts'
    /// dialect. Call on silos and clients alike.</summary>
    public static IServiceCollection AddContractSerialization(this IServiceCollection services) =>
        services.AddSerializer(builder => builder.AddJsonSerializer(
            isSupported: type => type.Namespace?.StartsWith("SkillFactory.Core", StringComparison.Ordinal) == true,
            jsonSerializerOptions: CoreJson.Options));
}
