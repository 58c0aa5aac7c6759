using Parquet;
using Parquet.Serialization;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tables.ParquetFiles;

/// <summary>Opens Parquet files and writes rows in groups. Damaged files are user errors.</summary>
public static class ParquetFile
{
    /// <summary>Opens a reader and checks that the columns exist. The stream stays open.</summary>
    public static async Task<ParquetReader> OpenAsync(
        Stream stream,
        string path,
        IReadOnlyList<string> columns,
        CancellationToken cancellationToken
    )
    {
        ParquetReader reader;
        try
        {
            reader = await ParquetReader.CreateAsync(stream, null, leaveStreamOpen: true, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new UserErrorException($"{path}: not a Parquet file, or a damaged one: {e.Message}", e);
        }

        var names = reader.Schema.Fields.Select(f => f.Name).ToList();
        if (columns.FirstOrDefault(c => !names.Contains(c)) is { } missing)
        {
            await reader.DisposeAsync();
            throw new UserErrorException($"{path}: the column '{missing}' is missing; found {string.Join(", ", names)}");
        }

        return reader;
    }

    /// <summary>Streams rows into a file. Without rows, the file has only the columns.</summary>
    /// <param name="stream">Seekable and readable: row groups are appended one by one.</param>
    /// <param name="rowsPerGroup">Bounds the memory of writer and readers.</param>
    /// <returns>The number of rows.</returns>
    public static async Task<long> WriteAsync<T>(
        Stream stream,
        IAsyncEnumerable<T> rows,
        int rowsPerGroup,
        CancellationToken cancellationToken
    )
        where T : class, new()
    {
        var count = 0L;
        await foreach (var chunk in rows.Chunk(rowsPerGroup).WithCancellation(cancellationToken))
        {
            await ParquetSerializer.SerializeAsync(chunk, stream, new ParquetOptions { Append = count > 0 }, null, cancellationToken);
            count += chunk.Length;
        }

        if (count == 0)
        {
            await ParquetSerializer.SerializeAsync(Array.Empty<T>(), stream, new ParquetOptions(), null, cancellationToken);
        }

        return count;
    }
}
