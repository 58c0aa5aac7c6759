using System.Buffers.Binary;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>
/// Groups rows by question in bounded memory, in any input order. Rows are divided into 256 partitions by the first byte of the hash of
/// their question. When the partitions hold more than the allowed memory, all of them are appended to files, one file per partition. A
/// partition that is too large to be read whole is divided again by the next byte. Partitions are read in order, so questions are returned
/// in the order of their hashes; neither the order of the rows nor the number of spills matters. The rows of a single question must fit
/// into memory.
/// </summary>
/// <param name="folder">For the files. Created at the first spill and deleted with the spool.</param>
/// <param name="memory">Bytes of rows that are held before they are written to files.</param>
/// <param name="partitionBytes">Maximum bytes of a partition that is read whole.</param>
/// <param name="level">Index of the byte of the hash that selects the partition.</param>
internal sealed class QuestionSpool(string folder, long memory, long partitionBytes = QuestionSpool.DefaultPartitionBytes, int level = 0)
    : IDisposable
{
    public const long DefaultMemory = 64 << 20;
    public const long DefaultPartitionBytes = 16 << 20;

    private const int Partitions = 256;

    /// <summary>Before each row: its length and the hash of its question.</summary>
    private const int HeaderBytes = sizeof(int) + QuestionHash.Bytes;

    private readonly Partition[] _partitions = [.. Enumerable.Range(0, Partitions).Select(_ => new Partition())];
    private long _held;

    /// <summary>Number of times that rows were written to files.</summary>
    public int Spills { get; private set; }

    /// <param name="hash">Hash of the row's question.</param>
    public void Add(UInt128 hash, ReadOnlySpan<byte> row)
    {
        var partition = _partitions[(int)(hash >> (8 * (QuestionHash.Bytes - 1 - level))) & (Partitions - 1)];
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, row.Length);
        BinaryPrimitives.WriteUInt128BigEndian(header[sizeof(int)..], hash);
        partition.Held.Write(header);
        partition.Held.Write(row);
        partition.Bytes += HeaderBytes + row.Length;
        _held += HeaderBytes + row.Length;
        if (_held > memory)
        {
            Spill();
        }
    }

    /// <summary>Reads everything back, once.</summary>
    /// <returns>The questions of each partition in the order of their hashes, and the share of all rows that is read with it, in (0, 1].
    /// </returns>
    public IEnumerable<(IReadOnlyList<SpooledQuestion> Questions, double Share)> Read()
    {
        if (Spills > 0)
        {
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
                yield return (Grouped(Rows(index)), (index + 1.0) / Partitions);
                continue;
            }

            using var finer = new QuestionSpool(Path.Combine(folder, $"{index:x2}"), memory, partitionBytes, level + 1);
            foreach (var (hash, row) in Rows(index))
            {
                finer.Add(hash, row);
            }

            foreach (var (questions, share) in finer.Read())
            {
                yield return (questions, (index + share) / Partitions);
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

    private void Spill()
    {
        Directory.CreateDirectory(folder);
        foreach (var (index, partition) in _partitions.Index().Where(p => p.Item.Held.Length > 0))
        {
            using var file = new FileStream(FileOf(index), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
            partition.Held.WriteTo(file);
            partition.Held.SetLength(0);
        }

        _held = 0;
        Spills++;
    }

    /// <summary>The rows of a partition, which does not keep them.</summary>
    private IEnumerable<(UInt128 Hash, byte[] Row)> Rows(int index)
    {
        var partition = _partitions[index];
        using Stream stream = Spills > 0 ? File.OpenRead(FileOf(index)) : partition.Held;
        stream.Position = 0;
        var header = new byte[HeaderBytes];
        while (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) == HeaderBytes)
        {
            var row = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
            stream.ReadExactly(row);
            yield return (BinaryPrimitives.ReadUInt128BigEndian(header.AsSpan(sizeof(int))), row);
        }

        partition.Held = new MemoryStream();
    }

    private static SpooledQuestion[] Grouped(IEnumerable<(UInt128 Hash, byte[] Row)> rows)
    {
        var questions = new Dictionary<UInt128, List<byte[]>>();
        foreach (var (hash, row) in rows)
        {
            if (!questions.TryGetValue(hash, out var ofQuestion))
            {
                questions.Add(hash, ofQuestion = []);
            }

            ofQuestion.Add(row);
        }

        return [.. questions.OrderBy(q => q.Key).Select(q => new SpooledQuestion(q.Key, q.Value))];
    }

    private string FileOf(int index) => Path.Combine(folder, $"{index:x2}.rows");

    private sealed class Partition
    {
        /// <summary>Rows that are not in the partition's file.</summary>
        public MemoryStream Held { get; set; } = new();

        /// <summary>Bytes of all rows, in memory and in the file.</summary>
        public long Bytes { get; set; }
    }
}

/// <summary>A question with its rows in the order of the input.</summary>
internal sealed record SpooledQuestion(UInt128 Hash, IReadOnlyList<byte[]> Rows);
