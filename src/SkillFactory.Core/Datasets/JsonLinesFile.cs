using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SkillFactory.Core.Errors;

namespace SkillFactory.Core.Datasets;

/// <summary>Plain JSON lines, as exchanged with other tools: UTF-8, one object per line, unknown columns left alone.</summary>
internal static class JsonLinesFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async Task<long> WriteAsync<T>(Stream stream, IAsyncEnumerable<T> rows, CancellationToken cancellationToken)
    {
        var count = 0L;
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            await JsonSerializer.SerializeAsync(stream, row, Options, cancellationToken);
            await stream.WriteAsync("\n"u8.ToArray(), cancellationToken);
            count++;
        }

        return count;
    }

    /// <summary>Reads row by row; blank lines are passed over.</summary>
    /// <returns>1-based line number, where it stands ("file:line"), the row.</returns>
    public static async IAsyncEnumerable<(long Line, string Place, T Row)> ReadAsync<T>(
        string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(DatasetFile.OpenRead(path), StrictUtf8);
        for (var line = 1L; ; line++)
        {
            var place = $"{path}:{line}";
            string? text;
            try
            {
                text = await reader.ReadLineAsync(cancellationToken);
            }
            catch (DecoderFallbackException e)
            {
                // The reader decodes ahead, so the bytes stand on this line or a little after it.
                throw new UserErrorException($"{place}: the file is not valid UTF-8 (at or after this line)", e);
            }

            if (text is null)
            {
                yield break;
            }

            if (!string.IsNullOrWhiteSpace(text))
            {
                yield return (line, place, Parse<T>(text, place));
            }
        }
    }

    private static T Parse<T>(string text, string place)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Options) ?? throw new UserErrorException($"{place}: found null; expected a JSON object");
        }
        catch (JsonException e)
        {
            var at = string.IsNullOrEmpty(e.Path) || e.Path == "$" ? "" : $" at {e.Path}";
            throw new UserErrorException($"{place}: not the JSON expected{at}: {e.Message}", e);
        }
    }
}

/// <summary>Opens dataset files with errors for people.</summary>
internal static class DatasetFile
{
    public static FileStream OpenRead(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(e is FileNotFoundException or DirectoryNotFoundException ? $"{path}: no such file" : $"{path}: cannot be read: {e.Message}", e);
        }
    }
}
