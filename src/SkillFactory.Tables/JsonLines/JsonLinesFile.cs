using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SkillFactory.Tables.JsonLines;

/// <summary>Writes JSON lines for other tools: UTF-8, one object per line, without null members.</summary>
public static class JsonLinesFile
{
    private const int BufferBytes = 1 << 18;

    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <returns>The number of rows.</returns>
    public static Task<long> WriteAsync<T>(Stream stream, IAsyncEnumerable<T> rows, CancellationToken cancellationToken) =>
        WriteAsync(stream, rows, Options, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}(Stream, IAsyncEnumerable{T}, CancellationToken)"/>
    public static async Task<long> WriteAsync<T>(
        Stream stream,
        IAsyncEnumerable<T> rows,
        JsonSerializerOptions options,
        CancellationToken cancellationToken
    )
    {
        var count = 0L;
        var bytes = new ArrayBufferWriter<byte>(2 * BufferBytes);
        await using var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = options.Encoder, SkipValidation = true });
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            JsonSerializer.Serialize(writer, row, options);
            writer.Flush();
            writer.Reset();
            bytes.Write("\n"u8);
            count++;
            if (bytes.WrittenCount >= BufferBytes)
            {
                stream.Write(bytes.WrittenSpan);
                bytes.ResetWrittenCount();
            }
        }

        stream.Write(bytes.WrittenSpan);
        return count;
    }
}
