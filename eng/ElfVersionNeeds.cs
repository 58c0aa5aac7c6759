using System;
using System.IO;
using System.Text;

namespace SkillFactory.Build;

/// <summary>
/// Makes a versioned dependency of an ELF library optional: sets VER_FLG_WEAK on its entry in the "version needs" section
/// (.gnu.version_r), so that the loader accepts a dependency that lacks the version. One bit changes, nothing moves.
/// Layout: System V gABI chapters 4 and 5; Linux Standard Base, "Symbol Versioning".
/// Compiled by MSBuild as an inline task (netstandard 2.0, hence no spans) and by the engine's tests.
/// </summary>
public static class ElfVersionNeeds
{
    private const uint SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort WeakFlag = 0x2;

    /// <summary>Sets the weak flag on every need of <paramref name="version"/> from <paramref name="library"/> that lacks it.</summary>
    /// <returns>How many flags were set: 0 for a file that is not 64-bit little-endian ELF, has no such need, or is done already.</returns>
    /// <exception cref="InvalidDataException">An ELF file whose tables point outside of it.</exception>
    public static int Weaken(byte[] image, string library, string version)
    {
        var isElf64 =
            image.Length >= 64
            && image[0] == 0x7f
            && image[1] == 'E'
            && image[2] == 'L'
            && image[3] == 'F'
            && image[4] == 2
            && image[5] == 1;
        if (!isElf64)
        {
            return 0;
        }

        var sections = U64(image, 0x28);
        var sectionSize = U16(image, 0x3a);
        var sectionCount = U16(image, 0x3c);
        var changed = 0;
        for (var i = 0; i < sectionCount; i++)
        {
            var section = sections + ((long)i * sectionSize);
            if (U32(image, section + 4) == SectionTypeVersionNeeds)
            {
                var strings = U64(image, sections + (U32(image, section + 0x28) * sectionSize) + 0x18);
                changed += WeakenSection(image, U64(image, section + 0x18), U32(image, section + 0x2c), strings, library, version);
            }
        }

        return changed;
    }

    private static int WeakenSection(byte[] image, long need, long needs, long strings, string library, string version)
    {
        var changed = 0;
        for (long i = 0; i < needs; i++)
        {
            var isLibrary = TextAt(image, strings + U32(image, need + 4)) == library;
            var entry = need + U32(image, need + 8);
            for (var k = U16(image, need + 2); isLibrary && k > 0; k--)
            {
                var flags = U16(image, entry + 4);
                if ((flags & WeakFlag) == 0 && TextAt(image, strings + U32(image, entry + 8)) == version)
                {
                    image[entry + 4] |= (byte)WeakFlag;
                    changed++;
                }

                entry += U32(image, entry + 12);
            }

            need += U32(image, need + 12);
        }

        return changed;
    }

    private static string TextAt(byte[] image, long offset)
    {
        var end = Checked(image, offset, 1);
        while (end < image.Length && image[end] != 0)
        {
            end++;
        }

        return Encoding.ASCII.GetString(image, (int)offset, end - (int)offset);
    }

    private static int U16(byte[] image, long offset)
    {
        var at = Checked(image, offset, 2);
        return image[at] | (image[at + 1] << 8);
    }

    private static long U32(byte[] image, long offset) => (uint)U16(image, offset) | ((long)U16(image, offset + 2) << 16);

    private static long U64(byte[] image, long offset) => U32(image, offset) | (U32(image, offset + 4) << 32);

    private static int Checked(byte[] image, long offset, int size) =>
        offset >= 0 && offset <= image.Length - size
            ? (int)offset
            : throw new InvalidDataException("an ELF table points to byte " + offset + " of a file of " + image.Length + " bytes");
}

#if !WITHOUT_MSBUILD
/// <summary>MSBuild task: writes a copy of <see cref="Source"/> with the version need made weak.</summary>
public sealed class WeakenElfVersionNeed : Microsoft.Build.Utilities.Task
{
    [Microsoft.Build.Framework.Required]
    public string Source { get; set; }

    [Microsoft.Build.Framework.Required]
    public string Destination { get; set; }

    [Microsoft.Build.Framework.Required]
    public string Library { get; set; }

    [Microsoft.Build.Framework.Required]
    public string Version { get; set; }

    public override bool Execute()
    {
        try
        {
            var image = File.ReadAllBytes(Source);
            var changed = ElfVersionNeeds.Weaken(image, Library, Version);
            Directory.CreateDirectory(Path.GetDirectoryName(Destination));
            var temporary = Destination + "." + Guid.NewGuid().ToString("N") + ".tmp";
            File.WriteAllBytes(temporary, image);

            // A rename, never a write in place: outputs may be hard links to the destination.
            if (File.Exists(Destination))
            {
                File.Delete(Destination);
            }

            File.Move(temporary, Destination);
            Log.LogMessage("{0}: {1} of {2} made optional in {3} place(s)", Path.GetFileName(Destination), Version, Library, changed);
            return true;
        }
        catch (Exception error) when (error is IOException || error is UnauthorizedAccessException || error is InvalidDataException)
        {
            Log.LogError("{0}: {1}", Source, error.Message);
            return false;
        }
    }
}
#endif
