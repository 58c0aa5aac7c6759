using Parquet;
using Parquet.Serialization;
using SkillFactory.Core.Errors;

namespace SkillFactory.Core.Datasets;

/// <summary>Opens Parquet files with errors for people.</summary>
internal static class ParquetFile
{
    /// <summary>A reader over a file that has these columns. The stream stays open.</summary>
    public static async Task<ParquetReader> OpenAsync(Stream stream, string path, IReadOnlyList<string> columns, CancellationToken cancellationToken)
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

    public static async Task<int> CountGroupsAsync(Stream stream, string path, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        await using var reader = await OpenAsync(stream, path, columns, cancellationToken);
        return reader.RowGroupCount;
    }

    /// <summary>The rows of one group.</summary>
    public static async Task<IList<T>> GroupAsync<T>(Stream stream, string path, int group, CancellationToken cancellationToken)
        where T : class, new()
    {
        try
        {
            return (await ParquetSerializer.DeserializeAsync<T>(stream, null, group, cancellationToken)).Data;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new UserErrorException($"{path}: row group {group} cannot be read as expected: {e.Message}", e);
        }
    }
}
