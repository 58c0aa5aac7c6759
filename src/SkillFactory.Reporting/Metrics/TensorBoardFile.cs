using System.Buffers.Binary;
using System.Text;
using SkillFactory.Core.Metrics;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Reporting.Metrics;

/// <summary>
/// Writes scalars as a TensorBoard event file. The file is a sequence of TFRecord frames (length, masked CRC of the length, data, masked
/// CRC of the data, all little endian). Each frame has one Event message (tensorflow/core/util/event.proto, framework/summary.proto), which
/// this class encodes itself.
/// </summary>
public static class TensorBoardFile
{
    /// <summary>The file name that TensorBoard expects: <c>events.out.tfevents.SECONDS.skillfactory</c>.</summary>
    public static string NameFor(DateTimeOffset start) => $"events.out.tfevents.{start.ToUnixTimeSeconds():D10}.skillfactory";

    /// <summary>Writes one event per row to a file in <paramref name="folder"/> (a TensorBoard "run"), atomically.</summary>
    /// <param name="folder">Created if missing. The file name depends only on <paramref name="start"/>, so writing again replaces the
    /// file.</param>
    /// <param name="rows">Metrics in step order. Values that are not finite are kept; TensorBoard shows them as gaps.</param>
    /// <param name="start">Start time of the stage. The time of a row is this plus the sum of the <see cref="MetricNames.StepTime"/>
    /// values (seconds) so
    /// far.</param>
    /// <returns>The path of the file.</returns>
    public static async Task<string> WriteAsync(
        string folder,
        IEnumerable<MetricRow> rows,
        DateTimeOffset start,
        CancellationToken cancellationToken = default
    )
    {
        var path = Path.Combine(folder, NameFor(start));
        await AtomicFile.WriteAsync(path, stream => WriteAsync(stream, rows, start, cancellationToken), cancellationToken);
        return path;
    }

    /// <summary>Writes one event per row to a stream.</summary>
    public static async Task WriteAsync(
        Stream stream,
        IEnumerable<MetricRow> rows,
        DateTimeOffset start,
        CancellationToken cancellationToken = default
    )
    {
        var time = start.ToUnixTimeMilliseconds() / 1000.0;
        var version = new ProtoWriter();
        version.Double(1, time);
        version.Bytes(3, "brain.Event:2"u8);
        await WriteRecordAsync(stream, version.ToArray(), cancellationToken);
        foreach (var row in rows)
        {
            time += row.Values.TryGetValue(MetricNames.StepTime, out var seconds) && double.IsFinite(seconds) ? seconds : 0;
            var summary = new ProtoWriter();
            foreach (var (name, value) in row.Values.OrderBy(v => v.Key, StringComparer.Ordinal))
            {
                var scalar = new ProtoWriter();
                scalar.Bytes(1, Encoding.UTF8.GetBytes(name));
                scalar.Float(2, (float)value);
                summary.Bytes(1, scalar.ToArray());
            }

            var record = new ProtoWriter();
            record.Double(1, time);
            record.Varint(2, (ulong)row.Step);
            record.Bytes(5, summary.ToArray());
            await WriteRecordAsync(stream, record.ToArray(), cancellationToken);
        }
    }

    private static async Task WriteRecordAsync(Stream stream, byte[] data, CancellationToken cancellationToken)
    {
        var frame = new byte[12 + data.Length + 4];
        BinaryPrimitives.WriteUInt64LittleEndian(frame, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), Crc32C.Masked(frame.AsSpan(0, 8)));
        data.CopyTo(frame, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(12 + data.Length), Crc32C.Masked(data));
        await stream.WriteAsync(frame, cancellationToken);
    }

    /// <summary>Encodes protocol buffer fields of the four wire types that an event needs.</summary>
    private sealed class ProtoWriter
    {
        private readonly List<byte> _bytes = [];

        public byte[] ToArray() => [.. _bytes];

        public void Varint(int field, ulong value)
        {
            Raw((ulong)(field << 3));
            Raw(value);
        }

        public void Double(int field, double value)
        {
            Raw((ulong)((field << 3) | 1));
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
            _bytes.AddRange(bytes);
        }

        public void Float(int field, float value)
        {
            Raw((ulong)((field << 3) | 5));
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            _bytes.AddRange(bytes);
        }

        public void Bytes(int field, ReadOnlySpan<byte> value)
        {
            Raw((ulong)((field << 3) | 2));
            Raw((ulong)value.Length);
            _bytes.AddRange(value);
        }

        private void Raw(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
            {
                _bytes.Add((byte)(value | 0x80));
            }

            _bytes.Add((byte)value);
        }
    }
}
