using System.Runtime.CompilerServices;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.ParquetFiles;
using SkillFactory.Tables.TextFiles;

namespace SkillFactory.Tables.Rows;

/// <summary>Streams the rows of a data file: JSON lines (UTF-8, one object per line, blank lines ignored), a JSON list of objects, CSV with
/// a header, each of them also compressed with gzip, or Parquet. The format is told from the content. An unreadable row throws when its
/// columns are read, and does not stop the stream.</summary>
public static class TableFile
{
    private const int RowsPerBlock = 256;

    /// <exception cref="UserErrorException">The file cannot be opened, is empty, or is damaged as a whole.</exception>
    public static IAsyncEnumerable<TableRow> ReadAsync(string path, CancellationToken cancellationToken = default) =>
        ReadAsync(path, null, cancellationToken);

    /// <param name="columns">The columns to read; null for all. The other columns of a Parquet file are null.</param>
    /// <inheritdoc cref="ReadAsync(string, CancellationToken)"/>
    public static async IAsyncEnumerable<TableRow> ReadAsync(
        string path,
        IReadOnlySet<string>? columns,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await foreach (var block in ReadBlocksAsync(path, columns, cancellationToken))
        {
            foreach (var row in block)
            {
                yield return row;
            }
        }
    }

    /// <summary>The rows in blocks, for callers that process blocks in parallel.</summary>
    /// <inheritdoc cref="ReadAsync(string, IReadOnlySet{string}, CancellationToken)"/>
    public static async IAsyncEnumerable<IReadOnlyList<TableRow>> ReadBlocksAsync(
        string path,
        IReadOnlySet<string>? columns,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await using var input = TextInput.Open(path);
        var any = false;
        await foreach (
            var block in input.Parquet is { } parquet
                ? ParquetRowsAsync(parquet, path, columns, cancellationToken)
                : TextBlocks.Read(input, path, cancellationToken).ToAsyncEnumerable()
        )
        {
            any = true;
            yield return block;
        }

        if (!any)
        {
            throw new UserErrorException($"{path}: the file has no rows");
        }
    }

    private static async IAsyncEnumerable<IReadOnlyList<TableRow>> ParquetRowsAsync(
        FileStream stream,
        string path,
        IReadOnlySet<string>? columns,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var reader = await ParquetFile.OpenAsync(stream, path, [], cancellationToken);
        await using var groups = new ParquetGroups(path, reader, columns);
        var (number, index) = (0L, 0);
        await foreach (var (records, count) in groups.ReadAsync(cancellationToken))
        {
            for (var row = 0; row < count; )
            {
                var rows = new List<TableRow>();
                for (; row < count && rows.Count < RowsPerBlock; row++)
                {
                    rows.Add(new TableRow($"{path}, row ", ++number, (index + ((row + 1.0) / count)) / reader.RowGroupCount, records, row));
                }

                yield return rows;
            }

            index++;
        }
    }
}
