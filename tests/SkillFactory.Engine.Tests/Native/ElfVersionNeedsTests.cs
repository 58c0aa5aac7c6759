using System.Buffers.Binary;
using System.Text;
using SkillFactory.Build;
using TorchSharp;

namespace SkillFactory.Engine.Tests.Native;

/// <summary>The build step that lets TorchSharp's native library load with an older libstdc++.</summary>
public class ElfVersionNeedsTests
{
    private const string Library = "libstdc++.so.6";
    private const string Version = "GLIBCXX_3.4.32";
    private const int FlagsOfWanted = 64 + 32 + 4;

    [Fact]
    public void Torch_computes_with_the_patched_library() =>
        Assert.Equal(11f, torch.tensor(new float[] { 1, 2 }).matmul(torch.tensor(new float[] { 3, 4 })).item<float>());

    [Fact]
    public void Sets_one_flag_and_is_idempotent()
    {
        var image = SyntheticElf();
        var before = image.ToArray();

        Assert.Equal(1, ElfVersionNeeds.Weaken(image, Library, Version));

        var different = Enumerable.Range(0, image.Length).Where(i => image[i] != before[i]).ToArray();
        Assert.Equal([FlagsOfWanted], different);
        Assert.Equal(2, image[FlagsOfWanted]);
        Assert.Equal(0, ElfVersionNeeds.Weaken(image, Library, Version));
    }

    [Theory]
    [InlineData("libstdc++.so.6", "GLIBCXX_3.4.33")]
    [InlineData("libm.so.6", "GLIBCXX_3.4.32")]
    public void Does_not_change_a_library_without_that_version_need(string library, string version)
    {
        var image = SyntheticElf();
        var before = image.ToArray();

        Assert.Equal(0, ElfVersionNeeds.Weaken(image, library, version));
        Assert.Equal(before, image);
    }

    [Fact]
    public void Does_not_change_files_other_than_64_bit_little_endian_libraries()
    {
        var text = Encoding.ASCII.GetBytes(new string('x', 200));
        Assert.Equal(0, ElfVersionNeeds.Weaken(text, Library, Version));
        Assert.Equal(0, ElfVersionNeeds.Weaken([], Library, Version));

        var bigEndian = SyntheticElf();
        bigEndian[5] = 2;
        Assert.Equal(0, ElfVersionNeeds.Weaken(bigEndian, Library, Version));
    }

    [Fact]
    public void Refuses_tables_that_point_outside_the_file()
    {
        var image = SyntheticElf();
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.Weaken(image[..^70], Library, Version));
    }

    [Fact]
    public void The_library_in_the_output_folder_is_patched()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        var image = File.ReadAllBytes(path);
        Assert.Equal(0, ElfVersionNeeds.Weaken(image, Library, Version));

        // A version need that is still strong proves that the file was parsed.
        Assert.Equal(1, ElfVersionNeeds.Weaken(image, Library, "GLIBCXX_3.4.29"));
    }

    /// <summary>A header, a verneed of libstdc++ with two versions and one of libm with one, a string table and two section
    /// headers.</summary>
    private static byte[] SyntheticElf()
    {
        var strings = new MemoryStream();
        strings.WriteByte(0);
        uint Text(string s)
        {
            var at = (uint)strings.Length;
            strings.Write(Encoding.ASCII.GetBytes(s + "\0"));
            return at;
        }

        var (libstdcpp, wanted, other, libm, glibc) = (
            Text(Library),
            Text(Version),
            Text("GLIBCXX_3.4"),
            Text("libm.so.6"),
            Text("GLIBC_2.2.5")
        );
        const int Needs = 64;
        var image = new byte[1024];
        void U16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), value);
        void U32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), value);
        void U64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(at), value);
        void Need(int at, ushort versions, uint file, uint next)
        {
            U16(at, 1);
            U16(at + 2, versions);
            U32(at + 4, file);
            U32(at + 8, 16);
            U32(at + 12, next);
        }

        void Entry(int at, uint name, uint next)
        {
            U32(at + 8, name);
            U32(at + 12, next);
        }

        // libstdc++: need, entry (other), entry (wanted); then libm: need, entry.
        Need(Needs, 2, libstdcpp, 48);
        Entry(Needs + 16, other, 16);
        Entry(Needs + 32, wanted, 0);
        Need(Needs + 48, 1, libm, 0);
        Entry(Needs + 64, glibc, 0);
        const int Strings = Needs + 80;
        strings.ToArray().CopyTo(image, Strings);
        var sections = Strings + (int)strings.Length;

        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1 }.CopyTo(image, 0);
        U64(0x28, (ulong)sections);
        U16(0x3a, 64);
        U16(0x3c, 2);
        U32(sections + 4, 0x6ffffffe);
        U64(sections + 0x18, Needs);
        U32(sections + 0x28, 1);
        U32(sections + 0x2c, 2);
        U32(sections + 64 + 4, 3);
        U64(sections + 64 + 0x18, Strings);
        return image[..(sections + 128)];
    }
}
