using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.ParquetFiles;

namespace SkillFactory.Tables.Rows;

/// <summary>Streams the rows of a JSON lines file (UTF-8, one object per line, blank lines ignored) or of a Parquet file. The format is
/// detected from the content. An unreadable row throws when its columns are read, and does not stop the stream.</summary>
public static class TableFile
{
    /// <summary>Longest line of a JSON lines file, in bytes.</summary>
    public const int MaxLineBytes = 1 << 28;

    /// <summary>Bytes of a block of lines; below 85,000 bytes, so that blocks are not allocated on the large object heap.</summary>
    private const int BlockBytes = 1 << 16;

    private const int RowsPerBlock = 256;

    private static ReadOnlySpan<byte> ParquetMagic => "PAR1"u8;

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
        await using var stream = DatasetFile.OpenRead(path);
        if (stream.Length == 0)
        {
            throw new UserErrorException($"{path}: the file is empty; expected JSON lines or Parquet");
        }

        var any = false;
        await foreach (
            var block in IsParquet(stream.SafeFileHandle)
                ? ParquetRowsAsync(stream, path, columns, cancellationToken)
                : BlocksOfLines(stream, path, cancellationToken).ToAsyncEnumerable()
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

    private static bool IsParquet(SafeFileHandle file)
    {
        Span<byte> magic = stackalloc byte[ParquetMagic.Length];
        return magic[..RandomAccess.Read(file, magic, 0)].SequenceEqual(ParquetMagic);
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

    /// <summary>Synchronous, as reading a block takes less time than a switch to another thread.</summary>
    private static IEnumerable<IReadOnlyList<TableRow>> BlocksOfLines(FileStream stream, string path, CancellationToken cancellationToken)
    {
        var (number, start) = (0L, 0L);
        var bytes = new byte[BlockBytes];
        for (var (held, isLast) = (0, false); !isLast; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            held += stream.ReadAtLeast(bytes.AsSpan(held), bytes.Length - held, throwOnEndOfStream: false);
            isLast = held < bytes.Length;
            var end = isLast ? held : bytes.AsSpan(0, held).LastIndexOf((byte)'\n') + 1;
            if (end == 0 && held > MaxLineBytes)
            {
                throw new UserErrorException(
                    $"{path}:{number + 1}: the line is longer than {MaxLineBytes >> 20} MB; expected one JSON object per line"
                );
            }

            // The next block begins with the incomplete last line. A line that fills the block needs a larger one.
            var next = new byte[Math.Max(BlockBytes, end == 0 ? 2 * held : held - end)];
            bytes.AsSpan(end, held - end).CopyTo(next);
            var rows = Lines(bytes.AsMemory(0, end), $"{path}:", ref number, start, stream.Length);
            if (rows.Count > 0)
            {
                yield return rows;
            }

            (bytes, held, start) = (next, held - end, start + end);
        }
    }

    private static List<TableRow> Lines(ReadOnlyMemory<byte> text, string place, ref long number, long start, long length)
    {
        var rows = new List<TableRow>();
        for (var at = 0; at < text.Length; )
        {
            var end = text.Span[at..].IndexOf((byte)'\n');
            var line = end < 0 ? text[at..] : text.Slice(at, end);
            at += line.Length + 1;
            number++;
            if (number == 1 && line.Span.StartsWith("\uFEFF"u8))
            {
                line = line[3..];
            }

            if (!line.Span.Trim(" \t\r"u8).IsEmpty)
            {
                rows.Add(new TableRow(place, number, Math.Min(1, (double)(start + at) / length), line));
            }
        }

        return rows;
    }
}
