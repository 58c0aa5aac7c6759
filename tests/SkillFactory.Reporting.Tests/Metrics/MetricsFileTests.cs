using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using SkillFactory.Core.Metrics;
using SkillFactory.Reporting.Metrics;

namespace SkillFactory.Reporting.Tests.Metrics;

public sealed class MetricsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Fact]
    public void Crc_matches_the_published_vectors()
    {
        // RFC 3720 B.4, and the check value of the CRC catalogue.
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0x113FDB5Cu, Crc32C.Compute([.. Enumerable.Range(0, 32).Select(i => (byte)(31 - i))]));
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));
        Assert.Equal(0u, Crc32C.Compute([]));
    }

    [Fact]
    public async Task Event_file_has_every_scalar_in_valid_frames()
    {
        MetricRow[] rows =
        [
            new(
                1,
                new Dictionary<string, double>
                {
                    ["reward"] = 0.25,
                    ["completions/mean_length"] = 71.5,
                    ["step_time"] = 2,
                }
            ),
            new(
                300,
                new Dictionary<string, double>
                {
                    ["reward"] = -0.5,
                    ["entropy"] = double.NaN,
                    ["step_time"] = 0.5,
                }
            ),
        ];
        var path = await TensorBoardFile.WriteAsync(Path.Combine(_folder.Path, "run"), rows, Start);
        Assert.Equal("events.out.tfevents.1700000000.skillfactory", Path.GetFileName(path));
        Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "run")));

        var events = Frames(await File.ReadAllBytesAsync(path)).Select(Fields).ToList();
        Assert.Equal("brain.Event:2", Encoding.UTF8.GetString((byte[])events[0][3][0]));
        Assert.Equal(3, events.Count);
        Assert.Equal([1UL, 300UL], events.Skip(1).Select(e => (ulong)e[2][0]));
        Assert.Equal([1_700_000_002.0, 1_700_000_002.5], events.Skip(1).Select(e => BitConverter.UInt64BitsToDouble((ulong)e[1][0])));
        for (var i = 0; i < rows.Length; i++)
        {
            var scalars = Fields((byte[])events[i + 1][5][0])[1]
                .Select(v => Fields((byte[])v))
                .ToDictionary(v => Encoding.UTF8.GetString((byte[])v[1][0]), v => BitConverter.UInt32BitsToSingle((uint)v[2][0]));
            Assert.Equal(rows[i].Values.ToDictionary(v => v.Key, v => (float)v.Value), scalars);
        }
    }

    [Fact]
    public async Task Metrics_file_has_one_flat_object_per_step()
    {
        var path = Path.Combine(_folder.Path, "a", "metrics.jsonl");
        await MetricsFile.WriteAsync(
            path,
            [new(1, new Dictionary<string, double> { ["loss"] = 1.5 }), new(2, new Dictionary<string, double> { ["loss"] = double.NaN })]
        );
        Assert.Equal(["{\"step\":1,\"loss\":1.5}", "{\"step\":2,\"loss\":null}"], await File.ReadAllLinesAsync(path));
        Assert.Equal(2, File.ReadLines(path).Count(l => JsonDocument.Parse(l).RootElement.TryGetProperty("loss", out _)));
    }

    [Fact]
    public async Task A_failed_write_keeps_the_earlier_file_and_leaves_no_other_file()
    {
        var path = Path.Combine(_folder.Path, "metrics.jsonl");
        await MetricsFile.WriteAsync(path, [new(1, new Dictionary<string, double>())]);
        static IEnumerable<MetricRow> Failing()
        {
            yield return new MetricRow(7, new Dictionary<string, double>());
            throw new IOException("no space");
        }

        await Assert.ThrowsAsync<IOException>(() => MetricsFile.WriteAsync(path, Failing()));
        Assert.Equal("{\"step\":1}\n", await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    /// <summary>Reads TFRecord frames and verifies their checksums with a CRC that is computed bit by bit from the polynomial.</summary>
    private static IEnumerable<byte[]> Frames(byte[] file)
    {
        for (var at = 0; at < file.Length; )
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(SlowMasked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            var data = file.AsSpan(at + 12, length).ToArray();
            Assert.Equal(SlowMasked(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            yield return data;
            at += 16 + length;
        }
    }

    private static uint SlowMasked(ReadOnlySpan<byte> data)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
            }
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
    }

    /// <summary>Reads a protocol buffer message as values by field number: varints and 64-bit values as ulong, 32-bit values as uint,
    /// others as bytes.</summary>
    private static Dictionary<int, List<object>> Fields(byte[] message)
    {
        var fields = new Dictionary<int, List<object>>();
        var at = 0;
        ulong Varint()
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var b = message[at++];
                value |= (ulong)(b & 0x7F) << shift;
                if (b < 0x80)
                {
                    return value;
                }
            }
        }

        while (at < message.Length)
        {
            var key = Varint();
            object value;
            switch (key & 7)
            {
                case 0:
                    value = Varint();
                    break;
                case 1:
                    value = BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at));
                    at += 8;
                    break;
                case 5:
                    value = BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at));
                    at += 4;
                    break;
                default:
                    Assert.Equal(2UL, key & 7);
                    var length = (int)Varint();
                    value = message[at..(at + length)];
                    at += length;
                    break;
            }

            (fields.TryGetValue((int)(key >> 3), out var values) ? values : fields[(int)(key >> 3)] = []).Add(value);
        }

        return fields;
    }
}
