using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Parquet;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Tables.ParquetFiles;

/// <summary>Reads the row groups of a Parquet file in order, with read-ahead of one large or several small groups. Each concurrent read has
/// its own reader, because the library's readers are not thread-safe.</summary>
/// <param name="path">The file.</param>
/// <param name="first">A reader of the file. The caller disposes it.</param>
/// <param name="columns">The columns to read; null for all.</param>
internal sealed class ParquetGroups(string path, ParquetReader first, IReadOnlySet<string>? columns) : IAsyncDisposable
{
    /// <summary>Maximum uncompressed bytes of groups that are read ahead. A single larger group is allowed.</summary>
    private const long MaxBytesAhead = 32 << 20;

    private readonly ConcurrentStack<ParquetReader> _free = new([first]);
    private readonly ConcurrentQueue<FileStream> _streams = [];
    private readonly Queue<(Task<(ParquetRecords Records, int Rows)> Group, long Bytes)> _reading = [];

    /// <exception cref="UserErrorException">A group cannot be read.</exception>
    public async IAsyncEnumerable<(ParquetRecords Records, int Rows)> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var next = 0; next < first.RowGroupCount || _reading.Count > 0; )
        {
            for (; next < first.RowGroupCount && HasRoomFor(next); next++)
            {
                var index = next;
                _reading.Enqueue((Task.Run(() => ReadAsync(index, cancellationToken), CancellationToken.None), SizeOf(index)));
            }

            var group = await _reading.Peek().Group;
            _reading.Dequeue();
            yield return group;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Pending reads still use the streams; their results are not needed.
        await Task.WhenAll(_reading.Select(Task (r) => r.Group)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var stream in _streams)
        {
            await stream.DisposeAsync();
        }
    }

    private bool HasRoomFor(int index) =>
        _reading.Count == 0 || (_reading.Count < Environment.ProcessorCount && _reading.Sum(r => r.Bytes) + SizeOf(index) <= MaxBytesAhead);

    private long SizeOf(int index) => first.RowGroups[index].RowGroup.TotalByteSize;

    private async Task<(ParquetRecords Records, int Rows)> ReadAsync(int index, CancellationToken cancellationToken)
    {
        try
        {
            var reader = _free.TryPop(out var free) ? free : await OpenAsync(cancellationToken);
            using var group = reader.OpenRowGroupReader(index);
            var records = await ParquetRecords.ReadAsync(reader, group, columns, cancellationToken);
            _free.Push(reader);
            return (records, checked((int)group.RowCount));
        }
        catch (Exception e) when (e is not (OperationCanceledException or UserErrorException))
        {
            // The library does not support these pages.
            var what =
                e is NotImplementedException
                    ? "it has lists in data pages of version 2; expected version 1.0, which most writers use if nothing is said "
                        + "(pyarrow: data_page_version=\"1.0\")"
                    : e.Message;
            throw new UserErrorException($"{path}: row group {index} cannot be read: {what}", e);
        }
    }

    private async Task<ParquetReader> OpenAsync(CancellationToken cancellationToken)
    {
        var stream = DatasetFile.OpenRead(path);
        _streams.Enqueue(stream);
        var reader = await ParquetFile.OpenAsync(stream, path, [], cancellationToken);
        return reader.RowGroupCount == first.RowGroupCount ? reader : throw DatasetFile.HasChanged(path);
    }
}
