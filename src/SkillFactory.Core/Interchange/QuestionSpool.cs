using System.Buffers.Binary;
using System.Text;

namespace SkillFactory.Core.Interchange;

/// <summary>
/// Brings rows of the same question together, whatever order they come in, in bounded memory. Rows are put into 256 partitions by the first
/// byte of their question's hash; what does not fit into the memory allowed goes to one file per partition. A partition that is too large to
/// be held is divided again by the next byte. Partitions are read in order, so questions come in the order of their hashes, which depends
/// neither on the order of the rows nor on how often memory ran out. A single question must fit into memory.
/// </summary>
/// <param name="folder">For the files; made when first needed and removed with the spool.</param>
/// <param name="memory">Bytes held before rows go to files.</param>
/// <param name="partitionBytes">Most bytes of a partition that is read whole.</param>
/// <param name="level">Which byte of the hash divides.</param>
internal sealed class QuestionSpool(string folder, long memory, long partitionBytes = QuestionSpool.DefaultPartitionBytes, int level = 0) : IDisposable
{
    public const long DefaultMemory = 128 << 20;
    public const long DefaultPartitionBytes = 16 << 20;

    private const int Partitions = 256;
    private const int SegmentBytes = 16 << 10;
    private const int Header = sizeof(int) + QuestionHash.Bytes + sizeof(int);
    private const int SameAsBefore = -1;

    private readonly Partition[] _partitions = [.. Enumerable.Range(0, Partitions).Select(_ => new Partition())];
    private readonly Stack<byte[]> _free = [];
    private long _held;

    /// <summary>Most bytes that were held at once.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>How often rows went to files.</summary>
    public int Spills { get; private set; }

    /// <param name="question">Its text as UTF-8.</param>
    public void Add(UInt128 hash, ReadOnlySpan<byte> question, ReadOnlySpan<byte> row)
    {
        var partition = _partitions[(int)(hash >> (8 * (QuestionHash.Bytes - 1 - level))) & (Partitions - 1)];
        var same = partition.Bytes > 0 && partition.Last == hash;
        var text = same ? 0 : question.Length;
        var span = Reserve(partition, Header + text + row.Length);
        BinaryPrimitives.WriteInt32LittleEndian(span, row.Length);
        BinaryPrimitives.WriteUInt128BigEndian(span[sizeof(int)..], hash);
        BinaryPrimitives.WriteInt32LittleEndian(span[(sizeof(int) + QuestionHash.Bytes)..], same ? SameAsBefore : text);
        if (!same)
        {
            question.CopyTo(span[Header..]);
            partition.Last = hash;
        }

        row.CopyTo(span[(Header + text)..]);
        if (_held > memory)
        {
            Spill();
        }
    }

    /// <summary>Reads everything back, once. Each partition holds all rows of its questions and belongs to the caller.</summary>
    /// <returns>The partition and the share of all that it ends at, 0 … 1.</returns>
    public IEnumerable<(SpooledPartition Rows, double Share)> Read()
    {
        if (Spills > 0)
        {
            // What is read back needs the memory now.
            Spill();
        }

        foreach (var (index, partition) in _partitions.Index())
        {
            if (partition.Bytes == 0)
            {
                continue;
            }

            if (partition.Bytes <= partitionBytes || level == QuestionHash.Bytes - 1)
            {
                yield return (new SpooledPartition(Take(index, partition).ToList()), (index + 1.0) / Partitions);
                continue;
            }

            using var finer = new QuestionSpool(Path.Combine(folder, $"{index:x2}"), memory, partitionBytes, level + 1);
            new SpooledPartition(Take(index, partition)).ForEach((hash, question, row) => finer.Add(hash, question.Span, row.Span));
            foreach (var (rows, share) in finer.Read())
            {
                yield return (rows, (index + share) / Partitions);
            }
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Span<byte> Reserve(Partition partition, int bytes)
    {
        if (partition.Segments is not [.., var (last, used)] || last.Length - used < bytes)
        {
            // Pinned, so that the collector does not carry them from generation to generation.
            var segment = bytes > SegmentBytes ? new byte[bytes] : _free.TryPop(out var free) ? free : GC.AllocateUninitializedArray<byte>(SegmentBytes, pinned: true);
            partition.Segments.Add((segment, 0));
            _held += segment.Length;
            PeakBytes = Math.Max(PeakBytes, _held);
            (last, used) = (segment, 0);
        }

        partition.Segments[^1] = (last, used + bytes);
        partition.Bytes += bytes;
        return last.AsSpan(used, bytes);
    }

    private void Spill()
    {
        Directory.CreateDirectory(folder);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var (index, partition) in _partitions.Index().Where(p => p.Item.Segments.Count > 0))
        {
            using var file = new FileStream(FileOf(index), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
            foreach (var (segment, used) in partition.Segments)
            {
                BinaryPrimitives.WriteInt32LittleEndian(length, used);
                file.Write(length);
                file.Write(segment, 0, used);
                if (segment.Length == SegmentBytes)
                {
                    _free.Push(segment);
                }
            }

            partition.Segments.Clear();
            partition.InFile = true;
        }

        _held = 0;
        Spills++;
    }

    /// <summary>The segments of a partition, which forgets them.</summary>
    private IEnumerable<ReadOnlyMemory<byte>> Take(int index, Partition partition)
    {
        if (partition.InFile)
        {
            var path = FileOf(index);
            using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 1 << 16))
            {
                var length = new byte[sizeof(int)];
                while (file.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) == length.Length)
                {
                    var segment = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
                    file.ReadExactly(segment);
                    yield return segment;
                }
            }

            File.Delete(path);
        }

        foreach (var (segment, used) in partition.Segments)
        {
            yield return segment.AsMemory(0, used);
        }

        partition.Segments = [];
    }

    private string FileOf(int index) => Path.Combine(folder, $"{index:x2}.rows");

    private sealed class Partition
    {
        public List<(byte[] Bytes, int Used)> Segments { get; set; } = [];

        public long Bytes { get; set; }

        public UInt128 Last { get; set; }

        public bool InFile { get; set; }
    }

    /// <summary>All rows of some questions.</summary>
    /// <param name="segments">Whole rows each.</param>
    internal sealed class SpooledPartition(IEnumerable<ReadOnlyMemory<byte>> segments)
    {
        public delegate void Row(UInt128 hash, ReadOnlyMemory<byte> question, ReadOnlyMemory<byte> row);

        /// <summary>The rows of each question, questions by hash, rows as they came.</summary>
        public IReadOnlyList<(UInt128 Hash, IReadOnlyList<SourceRow> Rows)> Questions()
        {
            var questions = new Dictionary<UInt128, List<SourceRow>>();
            ForEach((hash, question, row) =>
            {
                if (!questions.TryGetValue(hash, out var rows))
                {
                    questions.Add(hash, rows = []);
                }

                rows.Add(SourceRowCodec.Read(row, rows.Count > 0 ? rows[0].Question : Encoding.UTF8.GetString(question.Span)));
            });
            return [.. questions.OrderBy(q => q.Key).Select(q => (q.Key, (IReadOnlyList<SourceRow>)q.Value))];
        }

        public void ForEach(Row read)
        {
            ReadOnlyMemory<byte> question = default;
            foreach (var segment in segments)
            {
                for (var at = segment; at.Length > 0;)
                {
                    var length = BinaryPrimitives.ReadInt32LittleEndian(at.Span);
                    var hash = BinaryPrimitives.ReadUInt128BigEndian(at.Span[sizeof(int)..]);
                    var text = BinaryPrimitives.ReadInt32LittleEndian(at.Span[(sizeof(int) + QuestionHash.Bytes)..]);
                    at = at[Header..];
                    if (text != SameAsBefore)
                    {
                        question = at[..text];
                        at = at[text..];
                    }

                    read(hash, question, at[..length]);
                    at = at[length..];
                }
            }
        }
    }
}
