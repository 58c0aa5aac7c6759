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
        services
            .AddSerializer(builder =>
                builder.AddJsonSerializer(
                    isSupported: type => IsCore(type) && !type.IsAssignableTo(typeof(Exception)),
                    jsonSerializerOptions: CoreJson.Options
                )
            )
            // Errors arrive as what they are: a client tells a person's mistake from a fault of ours by the type.
            .Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add("SkillFactory"));

    private static bool IsCore(Type type) => type.Namespace?.StartsWith("SkillFactory.Core", StringComparison.Ordinal) == true;
}
