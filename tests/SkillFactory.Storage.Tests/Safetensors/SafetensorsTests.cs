using System.Buffers.Binary;
using System.Text;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Safetensors;

namespace SkillFactory.Storage.Tests.Safetensors;

public class SafetensorsTests
{
    [Fact]
    public void Values_that_are_not_finite_are_found_in_every_type_and_part()
    {
        using var folder = new TemporaryFolder();
        var header = """
            {"f":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"h":{"dtype":"F16","shape":[1],"data_offsets":[4,6]},
             "b":{"dtype":"BF16","shape":[1],"data_offsets":[6,8]}}
            """;
        byte[] finite = [0, 0, 0x80, 0x3f, 0, 0x3c, 0x80, 0x3f];
        byte[] damaged = [0, 0, 0xc0, 0x7f, 0, 0x7c, 0x80, 0xff];
        using (var file = new SafetensorsReader(folder.File("finite.safetensors", File(header, finite))))
        {
            Assert.All(file.Tensors.Keys, file.RequireFinite);
        }

        using (var file = new SafetensorsReader(folder.File("damaged.safetensors", File(header, damaged))))
        {
            Assert.All(file.Tensors.Keys, name =>
                Assert.Contains(
                    $"tensor '{name}' holds values that are not finite",
                    Assert.Throws<UserErrorException>(() => file.RequireFinite(name)).Message,
                    StringComparison.Ordinal
                )
            );
        }

        // Larger than one part.
        var many = new float[(1 << 20) + 3];
        many[^1] = float.NaN;
        var large = $$"""{ "f":{"dtype":"F32","shape":[{{many.Length}}],"data_offsets":[0,{{4 * many.Length}}] } }""";
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(many).ToArray();
        using (var file = new SafetensorsReader(folder.File("large.safetensors", File(large, bytes))))
        {
            Assert.Throws<UserErrorException>(() => file.RequireFinite("f"));
        }
    }

    [Fact]
    public void A_file_written_byte_by_byte_is_read_exactly()
    {
        // F32 1.5 and -2; F16 65504, smallest subnormal, -0, NaN; BF16 1, -3.140625, infinity.
        var data = new byte[]
        {
            0,
            0,
            0xc0,
            0x3f,
            0,
            0,
            0,
            0xc0,
            0xff,
            0x7b,
            0x01,
            0x00,
            0x00,
            0x80,
            0x00,
            0x7e,
            0x80,
            0x3f,
            0x49,
            0xc0,
            0x80,
            0x7f,
        };
        using var folder = new TemporaryFolder();
        using var file = new SafetensorsReader(
            folder.File(
                "a.safetensors",
                File(
                    """
                    {"__metadata__":{"format":"pt"},"f":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},
                     "h":{"dtype":"F16","shape":[4],"data_offsets":[8,16]},"b":{"dtype":"BF16","shape":[3],"data_offsets":[16,22]}}
                    """,
                    data
                )
            )
        );

        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal([2L, 1L], file.Tensors["f"].Shape);
        Assert.Equal([1.5f, -2f], Read(file, "f"));
        var half = Read(file, "h");
        Assert.Equal([65504f, 5.9604645e-8f, -0f], half[..3]);
        Assert.True(float.IsNegative(half[2]) && float.IsNaN(half[3]));
        Assert.Equal([1f, -3.140625f, float.PositiveInfinity], Read(file, "b"));
        var raw = new byte[2];
        file.ReadBytes("b", 2, raw);
        Assert.Equal([0x49, 0xc0], raw);
    }

    [Theory]
    [InlineData(TensorType.F32)]
    [InlineData(TensorType.F16)]
    [InlineData(TensorType.BF16)]
    public void Written_tensors_are_read_back(TensorType type)
    {
        // Longer than a chunk; every type represents these values exactly.
        var values = Enumerable.Range(0, (1 << 21) + 3).Select(i => (i % 255) - 127f).ToArray();
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "b.safetensors");
        using (var stream = System.IO.File.Create(path))
        {
            var writer = new SafetensorsWriter(
                stream,
                [new("é", type, [values.Length]), new("empty", type, [0, 4]), new("scalar", TensorType.F32, [])]
            );
            writer.Write("é", values.AsSpan(0, 5));
            writer.Write("é", values.AsSpan(5));
            writer.Write("scalar", [7f]);
            writer.Complete();
        }

        using var file = new SafetensorsReader(path);
        Assert.Equal(values, Read(file, "é"));
        Assert.Empty(Read(file, "empty"));
        Assert.Equal([7f], Read(file, "scalar"));
        Assert.Equal(0, file.Tensors.Values.Min(t => t.Offset) % 8);
    }

    [Fact]
    public void Narrowing_to_bfloat16_rounds_to_the_nearest_even()
    {
        static ushort Expected(float value)
        {
            // The two neighbours in bfloat16; the nearer one wins, and the even one wins a tie. Compared in double precision.
            var low = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
            static double Of(ushort bits) =>
                BitConverter.UInt32BitsToSingle((uint)bits << 16) is var f && float.IsInfinity(f)
                    ? Math.CopySign(Math.Pow(2, 128), f) // the next value, if the exponent had room for it
                    : f;
            var (below, above) = (Math.Abs(value - Of(low)), Math.Abs(Of((ushort)(low + 1)) - value));
            return below < above || (below == above && low % 2 == 0) ? low : (ushort)(low + 1);
        }

        var random = new Random(5);
        for (var i = 0; i < 100_000; i++)
        {
            var value = BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32) & 0xff7fffff);
            value = i % 4 == 0 ? BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(value) & 0xffff0000) | 0x8000) : value;
            Assert.Equal(Expected(value), BFloat16Bits.Narrow(value));
        }

        Assert.Equal(0x7f80, BFloat16Bits.Narrow(float.MaxValue));
        var widened = new float[1];
        BFloat16Bits.Widen([BFloat16Bits.Narrow(BitConverter.UInt32BitsToSingle(0x7f800001))], widened);
        Assert.True(float.IsNaN(widened[0]));
    }

    [Fact]
    public void Every_bfloat16_widens_exactly()
    {
        var bits = Enumerable.Range(0, 1 << 16).Select(i => (ushort)i).ToArray();
        var floats = new float[bits.Length];
        BFloat16Bits.Widen(bits, floats);
        Assert.All(bits, b => Assert.Equal((uint)b << 16, BitConverter.SingleToUInt32Bits(floats[b])));
    }

    public static TheoryData<string, string, int, string> Damaged =>
        new()
        {
            { "offsets backwards", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "data_offsets [4, 0]" },
            { "negative offset", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "data_offsets [-4, 0]" },
            { "one offset", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}""", 4, "data_offsets [4]" },
            {
                "overlap",
                """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
                8,
                "'a' and 'b' overlap"
            },
            {
                "gap",
                """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}""",
                4,
                "2 bytes before tensor 'b'"
            },
            { "surplus", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 4, "3 bytes after the last tensor" },
            { "cut data", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 5, "truncated" },
            { "size", """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "needs 12 bytes; its data_offsets span 8" },
            { "type", """{"a":{"dtype":"FP32","shape":[1],"data_offsets":[0,4]}}""", 4, "type 'FP32'; did you mean 'F32'?" },
            { "type number", """{"a":{"dtype":"1","shape":[1],"data_offsets":[0,4]}}""", 4, "type '1'" },
            { "shape", """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "impossible shape [-1]" },
            { "overflow", """{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,4]}}""", 4, "impossible shape" },
            {
                "twice",
                """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""",
                1,
                "'a' occurs twice"
            },
            { "no shape", """{"a":{"dtype":"U8","data_offsets":[0,1]}}""", 1, "the header is damaged" },
            { "fraction", """{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}""", 1, "the header is damaged" },
            { "not an object", "[1]", 0, "the header is damaged" },
            { "not json", "{", 0, "the header is damaged" },
        };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Damaged_headers_are_refused_with_the_path_and_the_reason(string what, string header, int data, string reason)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File($"{what}.safetensors", File(header, new byte[data]));
        var error = Assert.Throws<UserErrorException>(() => new SafetensorsReader(path));
        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_of_a_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        var whole = File("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", new byte[8]);
        for (var length = 0; length < whole.Length; length++)
        {
            var path = folder.File("cut.safetensors", whole[..length]);
            Assert.Throws<UserErrorException>(() => new SafetensorsReader(path));
        }
    }

    [Fact]
    public void A_too_large_header_is_refused_before_it_is_read()
    {
        using var folder = new TemporaryFolder();
        foreach (var length in (ulong[])[SafetensorsReader.MaxHeaderBytes + 1, ulong.MaxValue])
        {
            var bytes = new byte[100];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
            var error = Assert.Throws<UserErrorException>(() => new SafetensorsReader(folder.File("huge.safetensors", bytes)));
            Assert.Contains($"{length} bytes", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Reading_a_tensor_that_is_missing_or_has_another_type_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var file = new SafetensorsReader(
            folder.File("a.safetensors", File("""{"norm":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}""", new byte[4]))
        );
        Assert.Contains(
            "type I32",
            Assert.Throws<UserErrorException>(() => file.ReadInto("norm", 0, new float[1])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "did you mean 'norm'",
            Assert.Throws<UserErrorException>(() => file.ReadInto("nrm", 0, new float[1])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "absent.safetensors",
            Assert.Throws<UserErrorException>(() => new SafetensorsReader("absent.safetensors")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_writer_refuses_data_that_does_not_follow_its_plan()
    {
        using var stream = new MemoryStream();
        var writer = new SafetensorsWriter(stream, [new("a", TensorType.F32, [2]), new("b", TensorType.I64, [1])]);
        Assert.Throws<ArgumentException>(() => writer.Write("b", new byte[8]));
        Assert.Throws<ArgumentException>(() => writer.Write("a", new byte[9]));
        writer.Write("a", [1f]);
        Assert.Throws<InvalidOperationException>(writer.Complete);
        writer.Write("a", [2f]);
        Assert.Throws<ArgumentException>(() => writer.Write("b", [1f, 2f]));
        writer.Write("b", new byte[8]);
        writer.Complete();
    }

    private static byte[] File(string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        return [.. length, .. json, .. data];
    }

    private static float[] Read(SafetensorsReader file, string name)
    {
        var values = new float[file.Tensors[name].Count];
        file.ReadInto(name, 0, values);
        return values;
    }
}
