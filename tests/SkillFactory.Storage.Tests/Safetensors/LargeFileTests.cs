using System.Buffers.Binary;
using System.Text;
using SkillFactory.Storage.Safetensors;

namespace SkillFactory.Storage.Tests.Safetensors;

public class LargeFileTests
{
    [Theory]
    [InlineData(TensorType.F32)]
    [InlineData(TensorType.BF16)]
    public void Elements_beyond_2_GiB_are_read(TensorType type)
    {
        // A sparse file: only its header and its last bytes take space.
        using var folder = new TemporaryFolder();
        var (count, size) = (1_400_000_003L, TensorEntry.SizeOf(type));
        var header = $$"""
            {"small":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
             "t":{"dtype":"{{type}}","shape":[{{count}}],"data_offsets":[1,{{(count * size) + 1}}]} }
            """;
        var json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        var path = folder.File("sparse.safetensors", [.. length, .. json]);
        using (var stream = File.OpenWrite(path))
        {
            stream.SetLength(stream.Length + 1 + (count * size));
            stream.Seek(-size, SeekOrigin.End);
            stream.Write(type == TensorType.F32 ? [0, 0, 0x80, 0x3f] : [0x80, 0x3f]);
        }

        using var file = new SafetensorsReader(path);
        var values = new float[3];
        file.ReadInto("t", count - 3, values);
        Assert.Equal([0, 0, 1], values);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadInto("t", count - 2, values));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadInto("t", -1, values));
    }
}
