using System.Reflection;
using System.Text.Json;
using SkillFactory.Contracts.State;
using SkillFactory.Core;

namespace SkillFactory.Grains.State;

/// <summary>
/// The stored form of grain state: <c>{"v":N,"data":…}</c> with the JSON options of artifacts. It holds no type or assembly names, so that
/// code can move without breaking stored state. State written by newer code is refused.
/// </summary>
public static class StateEnvelopeSerializer
{
    public static BinaryData Serialize<T>(T? input)
    {
        var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = CoreJson.Options.Encoder }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("v"u8, VersionOf<T>.Value);
            writer.WritePropertyName("data"u8);
            JsonSerializer.Serialize(writer, input, CoreJson.Options);
            writer.WriteEndObject();
        }

        return new BinaryData(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
    }

    /// <exception cref="StateFormatException">The state was written by a newer version, or has another format.</exception>
    public static T Deserialize<T>(BinaryData input)
    {
        try
        {
            using var document = JsonDocument.Parse(input.ToMemory());
            var root = document.RootElement;
            if (
                root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("v"u8, out var v)
                || v.ValueKind != JsonValueKind.Number
                || !v.TryGetInt32(out var version)
                || !root.TryGetProperty("data"u8, out var data)
            )
            {
                throw new StateFormatException($"The stored {typeof(T).Name} is not a {{\"v\":…,\"data\":…}} record.");
            }

            return version <= VersionOf<T>.Value && version >= 1
                ? data.Deserialize<T>(CoreJson.Options) ?? throw new StateFormatException($"The stored {typeof(T).Name} is null.")
                : throw new StateFormatException(
                    $"The stored {typeof(T).Name} has format version {version}; this build reads versions 1 to {VersionOf<T>.Value}. "
                        + "It was written by a newer SkillFactory: use that one for this workspace, or start a new workspace."
                );
        }
        catch (JsonException e)
        {
            throw new StateFormatException($"The stored {typeof(T).Name} cannot be read: {e.Message}", e);
        }
    }

    private static class VersionOf<T>
    {
        public static readonly int Value = typeof(T).GetCustomAttribute<StateVersionAttribute>()?.Version
            ?? throw new StateFormatException($"{typeof(T)} is grain state but has no [StateVersion].");
    }
}
