using Microsoft.Win32.SafeHandles;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Primitives.Files;

/// <summary>Recognises the small text file that Git leaves in place of a large one when Git LFS did not fetch it.</summary>
public static class GitLfsPointer
{
    private static ReadOnlySpan<byte> Start => "version https://git-lfs.github.com/spec/"u8;

    /// <summary>Refuses a pointer. A file that cannot be read is not refused here: its reader reports that.</summary>
    /// <exception cref="UserErrorException">The file is a pointer; the message says how to fetch the file.</exception>
    public static void Refuse(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }

        using (file)
        {
            Refuse(path, file);
        }
    }

    /// <summary>Refuses a pointer that is open.</summary>
    /// <param name="path">Named in the message.</param>
    /// <param name="file">Seekable.</param>
    /// <inheritdoc cref="Refuse(string)"/>
    public static void Refuse(string path, SafeFileHandle file)
    {
        Span<byte> bytes = stackalloc byte[Start.Length];
        if (bytes[..RandomAccess.Read(file, bytes, 0)].SequenceEqual(Start))
        {
            throw new UserErrorException(
                $"{path}: a Git LFS pointer, not the file itself; fetch it with 'git -C {FolderOf(path)} lfs pull', "
                    + "or download the file again"
            );
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".";
}
