using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SkillFactory.Core;

/// <summary>JSON with members sorted by name, so that equal content has equal text and hash.</summary>
public static class CanonicalJson
{
    public static JsonNode? Of(object? value) =>
        Sorted(JsonSerializer.SerializeToNode(value, value?.GetType() ?? typeof(object), CoreJson.Options));

    /// <summary>Lower-case hex SHA-256 of the canonical text.</summary>
    public static string Hash(object? value) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Of(value)?.ToJsonString(CoreJson.Options) ?? "null")));

    private static JsonNode? Sorted(JsonNode? node) =>
        node switch
        {
            JsonObject o => new JsonObject(
                o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))
            ),
            JsonArray a => new JsonArray([.. a.Select(Sorted)]),
            _ => node?.DeepClone(),
        };
}
