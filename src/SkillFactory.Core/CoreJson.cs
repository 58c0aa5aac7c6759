using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SkillFactory.Core;

/// <summary>The JSON dialect of all artifacts and files: camelCase, enums as strings, nulls omitted, unknown members refused.</summary>
public static class CoreJson
{
    public static JsonSerializerOptions Options { get; } = Make(indented: false);

    public static JsonSerializerOptions Indented { get; } = Make(indented: true);

    /// <summary>Writes gzip-compressed JSON lines.</summary>
    public static async Task WriteLinesAsync<T>(Stream stream, IEnumerable<T> items, CancellationToken cancellationToken = default)
    {
        await using var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
        foreach (var item in items)
        {
            await JsonSerializer.SerializeAsync(gzip, item, Options, cancellationToken);
            gzip.WriteByte((byte)'\n');
        }
    }

    /// <summary>Reads what <see cref="WriteLinesAsync"/> writes, one item at a time.</summary>
    public static async IAsyncEnumerable<T> ReadLinesAsync<T>(
        Stream stream,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await using var gzip = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
        using var reader = new StreamReader(gzip);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return JsonSerializer.Deserialize<T>(line, Options)
                ?? throw new InvalidDataException("null line in a JSON lines artifact");
        }
    }

    private static JsonSerializerOptions Make(bool indented)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DictionaryKeyPolicy = null,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            WriteIndented = indented,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new JsonStringEnumConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
