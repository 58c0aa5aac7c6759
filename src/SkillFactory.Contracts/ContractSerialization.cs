using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using SkillFactory.Core;

namespace SkillFactory.Contracts;

/// <summary>How records of projects without a reference to Orleans travel in grain messages.</summary>
public static class ContractSerialization
{
    private static readonly string[] PlainNamespaces = ["SkillFactory.Core", "SkillFactory.Primitives"];

    /// <summary>Serializes the records of Core and Primitives (references, recipes, results, failures) as JSON, with the options of stored
    /// artifacts. Call it on silos and clients alike.</summary>
    public static IServiceCollection AddContractSerialization(this IServiceCollection services) =>
        services
            .AddSerializer(builder =>
                builder.AddJsonSerializer(
                    isSupported: type => IsPlain(type) && !type.IsAssignableTo(typeof(Exception)),
                    jsonSerializerOptions: CoreJson.Options
                )
            )
            // Exceptions keep their type across calls: clients tell user errors from internal errors by it.
            .Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add("SkillFactory"));

    private static bool IsPlain(Type type) =>
        type.Namespace is { } name && PlainNamespaces.Any(plain => name == plain || name.StartsWith($"{plain}.", StringComparison.Ordinal));
}
