using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.ParquetFiles;

namespace SkillFactory.Tables.Rows;

/// <summary>Reads a file of rows that comes from elsewhere: JSONL (UTF-8, one object per line, blank lines passed over) or Parquet, told
/// apart by content. Streams; a row that cannot be read does not end the reading, but throws when its columns are asked for.</summary>
public static class TableFile
{
    /// <summary>Longest line of a JSONL file in bytes: what is longer is no such file.</summary>
    public const int MaxLineBytes = 1 << 28;

    /// <summary>Bytes of lines that are read at once: so few that they are still in a core's cache when they are taken apart.</summary>
    private const int BlockBytes = 1 << 17;

    private const int RowsPerBlock = 256;

    private static ReadOnlySpan<byte> ParquetMagic => "PAR1"u8;

    /// <exception cref="UserErrorException">The file cannot be opened, is empty, or is damaged as a whole.</exception>
    public static IAsyncEnumerable<TableRow> ReadAsync(string path, CancellationToken cancellationToken = default) =>
        ReadAsync(path, null, cancellationToken);

    /// <param name="columns">The only columns that will be asked for; null: any. Others of a Parquet file are not read, and are null.</param>
    /// <inheritdoc cref="ReadAsync(string, CancellationToken)"/>
    public static async IAsyncEnumerable<TableRow> ReadAsync(
        string path,
        IReadOnlySet<string>? columns,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await foreach (var block in ReadBlocksAsync(path, columns, cancellationToken))
        {
            foreach (var row in block.Rows)
            {
                yield return row;
            }
        }
    }

    /// <summary>The rows many at a time.</summary>
    /// <inheritdoc cref="ReadAsync(string, IReadOnlySet{string}, CancellationToken)"/>
    public static async IAsyncEnumerable<RowBlock> ReadBlocksAsync(
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

    /// <summary>What stands before the number in a row's place.</summary>
    internal static string PlaceOf(string path, bool isParquet) => isParquet ? $"{path}, row " : $"{path}:";

    internal static bool IsParquet(SafeFileHandle file)
    {
        Span<byte> magic = stackalloc byte[ParquetMagic.Length];
        return magic[..RandomAccess.Read(file, magic, 0)].SequenceEqual(ParquetMagic);
    }

    private static async IAsyncEnumerable<RowBlock> ParquetRowsAsync(
        FileStream stream,
        string path,
        IReadOnlySet<string>? columns,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var reader = await ParquetFile.OpenAsync(stream, path, [], cancellationToken);
        await using var groups = new ParquetGroups(path, reader, columns);
        var (number, index, place) = (0L, 0, PlaceOf(path, isParquet: true));
        await foreach (var (records, count) in groups.ReadAsync(cancellationToken))
        {
            for (var row = 0; row < count; )
            {
                var rows = new List<TableRow>();
                for (; row < count && rows.Count < RowsPerBlock; row++)
                {
                    rows.Add(new TableRow(place, ++number, (index + ((row + 1.0) / count)) / reader.RowGroupCount, records, row));
                }

                yield return new RowBlock(rows, null);
            }

            index++;
        }
    }

    /// <summary>Not asynchronous: a block comes sooner from the disk than another thread would.</summary>
    private static IEnumerable<RowBlock> BlocksOfLines(FileStream stream, string path, CancellationToken cancellationToken)
    {
        var (number, start, place) = (0L, 0L, PlaceOf(path, isParquet: false));
        var bytes = ArrayPool<byte>.Shared.Rent(BlockBytes);
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

            // What is left of the last line begins the next block; a line that fills a block needs a larger one.
            var next = ArrayPool<byte>.Shared.Rent(Math.Max(BlockBytes, end == 0 ? 2 * held : held - end));
            bytes.AsSpan(end, held - end).CopyTo(next);
            var rows = Lines(bytes.AsMemory(0, end), place, ref number, start, stream.Length);
            if (rows.Count > 0)
            {
                yield return new RowBlock(rows, bytes);
            }
            else
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }

            (bytes, held, start) = (next, held - end, start + end);
        }

        ArrayPool<byte>.Shared.Return(bytes);
    }

    private static List<TableRow> Lines(ReadOnlyMemory<byte> text, string place, ref long number, long start, long length)
    {
        var rows = new List<TableRow>();
        for (var at = 0; at < text.Length; )
        {
            var end = text.Span[at..].IndexOf((byte)'\n');
            var line = end < 0 ? text[at..] : text.Slice(at, end);
            var offset = start + at;
            at += line.Length + 1;
            if (Row(place, ++number, Math.Min(1, (double)(start + at) / length), offset, line) is { } row)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    private static TableRow? Row(string place, long number, double share, long offset, ReadOnlyMemory<byte> text)
    {
        if (number == 1 && text.Span.StartsWith("\uFEFF"u8))
        {
            (offset, text) = (offset + 3, text[3..]);
        }

        return text.Span.Trim(" \t\r"u8).IsEmpty ? null : new TableRow(place, number, share, offset, text);
    }
}
