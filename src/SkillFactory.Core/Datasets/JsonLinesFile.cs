using System.Text.Encodings.Web;
using System.Text.Json;

namespace SkillFactory.Core.Datasets;

/// <summary>Plain JSON lines, as exchanged with other tools: UTF-8, one object per line, nulls left out.</summary>
internal static class JsonLinesFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <returns>The number of rows.</returns>
    public static Task<long> WriteAsync<T>(Stream stream, IAsyncEnumerable<T> rows, CancellationToken cancellationToken) => WriteAsync(stream, rows, Options, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}(Stream, IAsyncEnumerable{T}, CancellationToken)"/>
    public static async Task<long> WriteAsync<T>(Stream stream, IAsyncEnumerable<T> rows, JsonSerializerOptions options, CancellationToken cancellationToken)
    {
        var count = 0L;
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(row, options), cancellationToken);
            stream.WriteByte((byte)'\n');
            count++;
        }

        return count;
    }
}
