using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SkillFactory.Tables.TextFiles;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>
/// Brings rows of the same question together, whatever order they come in, in bounded memory. Rows are put into 256 partitions by the first
/// byte of their question's hash; what does not fit into the memory allowed goes to one file per partition, while the next rows come. A partition that is too large to
/// be held is divided again by the next byte. Partitions are read in order, so questions come in the order of their hashes, which depends
/// neither on the order of the rows nor on how often memory ran out. A single question must fit into memory.
/// </summary>
/// <param name="folder">For the files; made when first needed and removed with the spool.</param>
/// <param name="memory">Most bytes held, but for a row: half of them for rows that come, half for those that go to files.</param>
/// <param name="partitionBytes">Most bytes of a partition that is read whole.</param>
/// <param name="level">Which byte of the hash divides.</param>
internal sealed class QuestionSpool(string folder, long memory, long partitionBytes = QuestionSpool.DefaultPartitionBytes, int level = 0)
    : IDisposable
{
    public const long DefaultMemory = 64 << 20;
    public const long DefaultPartitionBytes = 16 << 20;

    private const int Partitions = 256;

    /// <summary>Bytes of a segment and, as it begins with the number of those in use, of its place in a file. A row that is longer has one of its own length.</summary>
    private const int SegmentBytes = 16 << 10;

    /// <summary>Segments are cut from arrays of this size: a large object is not carried about by the collector, and while much of its memory is in such
    /// objects it doesn't look through all of it for every few that come and go (a Parquet page is some).</summary>
    private const int SlabBytes = 64 * SegmentBytes;

    private const int Header = sizeof(int) + QuestionHash.Bytes + sizeof(int);
    private const int SameAsBefore = -1;

    private readonly Partition[] _partitions = [.. Enumerable.Range(0, Partitions).Select(_ => new Partition())];
    private readonly ConcurrentStack<Memory<byte>> _free = [];
    private long _held;
    private long _leaving;
    private Task _writing = Task.CompletedTask;

    /// <summary>Most bytes that were held at once.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>How often rows went to files.</summary>
    public int Spills { get; private set; }

    /// <param name="question">Its text as UTF-8.</param>
    public void Add(UInt128 hash, ReadOnlySpan<byte> question, ReadOnlySpan<byte> row)
    {
        var partition = _partitions[(int)(hash >> (8 * (QuestionHash.Bytes - 1 - level))) & (Partitions - 1)];

        // A segment can be read without the one before it.
        var same = partition.Left >= Header + row.Length && partition.Last == hash;
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
        if (_held > memory / 2)
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
            _writing.GetAwaiter().GetResult();
        }

        foreach (var (index, partition) in _partitions.Index())
        {
            if (partition.Bytes == 0)
            {
                continue;
            }

            if (partition.Bytes <= partitionBytes || level == QuestionHash.Bytes - 1)
            {
                yield return (new SpooledPartition([.. Take(index, partition)], Reuse), (index + 1.0) / Partitions);
                continue;
            }

            using var finer = new QuestionSpool(Path.Combine(folder, $"{index:x2}"), memory, partitionBytes, level + 1);
            foreach (var segment in Take(index, partition))
            {
                using var rows = new SpooledPartition([segment], Reuse);
                rows.ForEach((hash, question, row) => finer.Add(hash, question.Span, row.Span));
            }

            foreach (var (rows, share) in finer.Read())
            {
                yield return (rows, (index + share) / Partitions);
            }
        }
    }

    public void Dispose()
    {
        // What went wrong there was told to whoever waited for it, or nobody needs it any more.
        Task.WaitAny(_writing);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Span<byte> Reserve(Partition partition, int bytes)
    {
        if (partition.Left < bytes)
        {
            var segment = NewSegment(sizeof(int) + bytes);
            partition.Segments.Add(segment);
            partition.Used = sizeof(int);
            _held += segment.Length;
            PeakBytes = Math.Max(PeakBytes, _held + _leaving);
        }

        var last = partition.Segments[^1].Span;
        var place = last.Slice(partition.Used, bytes);
        partition.Used += bytes;
        partition.Bytes += bytes;
        BinaryPrimitives.WriteInt32LittleEndian(last, partition.Used);
        return place;
    }

    private Memory<byte> NewSegment(int least)
    {
        if (least > SegmentBytes)
        {
            return GC.AllocateUninitializedArray<byte>(least);
        }

        if (_free.TryPop(out var free))
        {
            return free;
        }

        var slab = GC.AllocateUninitializedArray<byte>(SlabBytes).AsMemory();
        for (var at = SegmentBytes; at < SlabBytes; at += SegmentBytes)
        {
            _free.Push(slab.Slice(at, SegmentBytes));
        }

        return slab[..SegmentBytes];
    }

    private void Reuse(Memory<byte> segment)
    {
        if (segment.Length == SegmentBytes)
        {
            _free.Push(segment);
        }
    }

    /// <summary>Begins to write what is held, when what was held before is written. Waits for that on the caller's thread, which has nothing else to
    /// do then: rows come faster than the disk takes them.</summary>
    private void Spill()
    {
        _writing.GetAwaiter().GetResult();
        List<(int Index, Partition Partition, List<Memory<byte>> Segments)> leaving =
        [
            .. _partitions.Index().Where(p => p.Item.Segments.Count > 0).Select(p => (p.Index, p.Item, p.Item.Segments)),
        ];
        foreach (var (_, partition, _) in leaving)
        {
            partition.Segments = [];
        }

        Directory.CreateDirectory(folder);
        _writing = Task.Run(() => leaving.ForEach(l => Write(l.Index, l.Partition, l.Segments)));
        (_leaving, _held) = (_held, 0);
        Spills++;
    }

    private void Write(int index, Partition partition, List<Memory<byte>> segments)
    {
        using var file = File.OpenHandle(FileOf(index), FileMode.OpenOrCreate, FileAccess.Write);
        RandomAccess.Write(file, [.. segments.Select(s => (ReadOnlyMemory<byte>)s)], partition.InFile);
        partition.InFile += segments.Sum(s => (long)s.Length);
        segments.ForEach(Reuse);
    }

    /// <summary>The segments of a partition, which forgets them.</summary>
    private IEnumerable<Memory<byte>> Take(int index, Partition partition)
    {
        if (partition.InFile > 0)
        {
            var path = FileOf(index);
            using (var file = File.OpenHandle(path))
            {
                for (var at = 0L; at < partition.InFile; )
                {
                    var segment = NewSegment(SegmentBytes);
                    ReadExactly(file, segment.Span, at);
                    var used = BinaryPrimitives.ReadInt32LittleEndian(segment.Span);
                    if (used > SegmentBytes)
                    {
                        Reuse(segment);
                        segment = NewSegment(used);
                        ReadExactly(file, segment.Span, at);
                    }

                    at += segment.Length;
                    yield return segment;
                }
            }

            File.Delete(path);
        }

        foreach (var segment in partition.Segments)
        {
            yield return segment;
        }

        partition.Segments = [];
    }

    private static void ReadExactly(SafeFileHandle file, Span<byte> bytes, long at)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(file, bytes, at);
            if (read == 0)
            {
                throw new EndOfStreamException("A file of spooled rows has become shorter.");
            }

            bytes = bytes[read..];
            at += read;
        }
    }

    private string FileOf(int index) => Path.Combine(folder, $"{index:x2}.rows");

    private sealed class Partition
    {
        public List<Memory<byte>> Segments { get; set; } = [];

        /// <summary>Bytes of the last segment in use.</summary>
        public int Used { get; set; }

        /// <summary>Bytes of the last segment not in use.</summary>
        public int Left => Segments.Count > 0 ? Segments[^1].Length - Used : 0;

        /// <summary>Bytes of rows, wherever they are.</summary>
        public long Bytes { get; set; }

        public UInt128 Last { get; set; }

        /// <summary>Bytes of its file.</summary>
        public long InFile { get; set; }
    }

    /// <summary>All rows of some questions. Disposed when nothing of them is in use any more, its memory is used for others; that may be
    /// left out.</summary>
    /// <param name="segments">Whole rows each.</param>
    /// <param name="reuse">Takes them back.</param>
    internal sealed class SpooledPartition(IReadOnlyList<Memory<byte>> segments, Action<Memory<byte>> reuse) : IDisposable
    {
        public delegate void Row(UInt128 hash, ReadOnlyMemory<byte> question, ReadOnlyMemory<byte> row);

        /// <summary>Its questions by hash, in batches of about so many rows. When all batches are disposed, so is the partition.</summary>
        public IReadOnlyList<SpooledQuestions> Batches(int rows)
        {
            var questions = new Dictionary<UInt128, SpooledQuestion>();
            ForEach(
                (hash, text, row) =>
                {
                    if (!questions.TryGetValue(hash, out var question))
                    {
                        questions.Add(hash, question = new SpooledQuestion(hash, text, []));
                    }

                    question.Rows.Add(row);
                }
            );
            var batches = new List<SpooledQuestions>();
            var (batch, held, left) = (new List<SpooledQuestion>(), 0, 0);
            foreach (var question in questions.Values.OrderBy(q => q.Hash))
            {
                batch.Add(question);
                held += question.Rows.Count;
                if (held >= rows)
                {
                    Close();
                }
            }

            if (held > 0)
            {
                Close();
            }

            left = batches.Count;
            return batches;

            void Close()
            {
                batches.Add(new SpooledQuestions(batch, Done));
                (batch, held) = ([], 0);
            }

            void Done()
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    Dispose();
                }
            }
        }

        public void Dispose()
        {
            foreach (var segment in segments)
            {
                reuse(segment);
            }
        }

        public void ForEach(Row read)
        {
            ReadOnlyMemory<byte> question = default;
            foreach (var segment in segments)
            {
                for (ReadOnlyMemory<byte> at = segment[sizeof(int)..BinaryPrimitives.ReadInt32LittleEndian(segment.Span)]; at.Length > 0; )
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

    /// <summary>Some questions, by hash.</summary>
    /// <param name="done">Called when nothing of them is in use any more; that may be left out.</param>
    internal sealed class SpooledQuestions(IReadOnlyList<SpooledQuestion> questions, Action done) : IDisposable
    {
        /// <summary>The rows of each question as they came. They are taken apart when it is their question's turn.</summary>
        /// <param name="files">The input's files, by number.</param>
        public IEnumerable<(UInt128 Hash, IReadOnlyList<SourceRow> Rows)> Read(IReadOnlyList<TextFile> files) =>
            questions.Select(q => (q.Hash, SourceRowReader.Read(q.Rows, Encoding.UTF8.GetString(q.Text.Span), files)));

        public void Dispose() => done();
    }

    /// <param name="Text">Of the question, as UTF-8.</param>
    internal readonly record struct SpooledQuestion(UInt128 Hash, ReadOnlyMemory<byte> Text, List<ReadOnlyMemory<byte>> Rows);
}
