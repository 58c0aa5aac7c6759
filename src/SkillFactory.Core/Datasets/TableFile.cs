using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using SkillFactory.Core.Errors;

namespace SkillFactory.Core.Datasets;

/// <summary>Reads a file of rows that comes from elsewhere: JSONL (UTF-8, one object per line, blank lines passed over) or Parquet, told
/// apart by content. Streams; a row that cannot be read does not end the reading, but throws when its columns are asked for.</summary>
public static class TableFile
{
    /// <summary>Longest line of a JSONL file in bytes: what is longer is no such file.</summary>
    public const int MaxLineBytes = 1 << 28;

    private static ReadOnlySpan<byte> ParquetMagic => "PAR1"u8;

    /// <exception cref="UserErrorException">The file cannot be opened, is empty, or is damaged as a whole.</exception>
    public static IAsyncEnumerable<TableRow> ReadAsync(string path, CancellationToken cancellationToken = default) => ReadAsync(path, null, cancellationToken);

    /// <param name="columns">The only columns that will be asked for; null: any. Others of a Parquet file are not read, and are null.</param>
    /// <inheritdoc cref="ReadAsync(string, CancellationToken)"/>
    public static async IAsyncEnumerable<TableRow> ReadAsync(
        string path, IReadOnlySet<string>? columns, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var stream = DatasetFile.OpenRead(path);
        if (stream.Length == 0)
        {
            throw new UserErrorException($"{path}: the file is empty; expected JSON lines or Parquet");
        }

        var any = false;
        await foreach (var row in IsParquet(stream) ? ParquetRowsAsync(stream, path, columns, cancellationToken) : LinesAsync(stream, path, cancellationToken))
        {
            any = true;
            yield return row;
        }

        if (!any)
        {
            throw new UserErrorException($"{path}: the file has no rows");
        }
    }

    private static bool IsParquet(FileStream stream)
    {
        Span<byte> magic = stackalloc byte[ParquetMagic.Length];
        var read = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return magic[..read].SequenceEqual(ParquetMagic);
    }

    private static async IAsyncEnumerable<TableRow> ParquetRowsAsync(
        FileStream stream, string path, IReadOnlySet<string>? columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = await ParquetFile.OpenAsync(stream, path, [], cancellationToken);
        var number = 0L;
        for (var index = 0; index < reader.RowGroupCount; index++)
        {
            using var group = reader.OpenRowGroupReader(index);
            var records = await RecordsAsync(reader, group, path, index, columns, cancellationToken);
            for (var left = group.RowCount; left > 0; left--)
            {
                number++;
                yield return new TableRow($"{path}, row {number}", number, (index + 1.0 - ((left - 1.0) / group.RowCount)) / reader.RowGroupCount, records.Next());
            }
        }
    }

    private static async Task<ParquetRecords> RecordsAsync(
        Parquet.ParquetReader reader, Parquet.ParquetRowGroupReader group, string path, int index, IReadOnlySet<string>? columns, CancellationToken cancellationToken)
    {
        try
        {
            return await ParquetRecords.ReadAsync(reader, group, columns, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new UserErrorException($"{path}: row group {index} cannot be read: {e.Message}", e);
        }
    }

    private static async IAsyncEnumerable<TableRow> LinesAsync(FileStream stream, string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var length = (double)stream.Length;
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 1 << 16, leaveOpen: true));
        var (number, consumed) = (0L, 0L);
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            while (TakeLine(ref buffer, result.IsCompleted, out var line))
            {
                number++;
                consumed += line.Length + 1;
                if (Row($"{path}:{number}", number, Math.Min(1, consumed / length), line) is { } row)
                {
                    yield return row;
                }
            }

            if (result.IsCompleted)
            {
                yield break;
            }

            if (buffer.Length > MaxLineBytes)
            {
                throw new UserErrorException($"{path}:{number + 1}: the line is longer than {MaxLineBytes >> 20} MB; expected one JSON object per line");
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static bool TakeLine(ref ReadOnlySequence<byte> buffer, bool isLast, out byte[] line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end).ToArray();
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }

        line = isLast ? buffer.ToArray() : [];
        buffer = isLast ? buffer.Slice(buffer.End) : buffer;
        return line.Length > 0;
    }

    private static TableRow? Row(string place, long number, double share, byte[] line)
    {
        var text = line.AsMemory();
        if (number == 1 && text.Span.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }

        return text.Span.Trim(" \t\r"u8).IsEmpty ? null : new TableRow(place, number, share, text);
    }
}
