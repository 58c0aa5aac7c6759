using SkillFactory.Primitives.Errors;

namespace SkillFactory.Primitives.Files;

/// <summary>Recognises the small text file that Git leaves in place of a large one when Git LFS did not fetch it.</summary>
public static class GitLfsPointer
{
    /// <summary>Pointers are shorter than this many bytes, by their specification.</summary>
    private const int MaxBytes = 1024;

    private static ReadOnlySpan<byte> Start => "version https://git-lfs.github.com/spec/"u8;

    /// <summary>Whether the file is a pointer. False for a file that does not exist or cannot be read: its reader reports that.</summary>
    public static bool Is(string path)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: < MaxBytes })
            {
                return false;
            }

            using var file = File.OpenHandle(path);
            Span<byte> bytes = stackalloc byte[Start.Length];
            return bytes[..RandomAccess.Read(file, bytes, 0)].SequenceEqual(Start);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Refuses a pointer.</summary>
    /// <exception cref="UserErrorException">The file is a pointer; the message says how to fetch the file.</exception>
    public static void Refuse(string path)
    {
        if (Is(path))
        {
            throw new UserErrorException(
                $"{path}: a Git LFS pointer, not the file itself; fetch it with 'git -C {FolderOf(path)} lfs pull', "
                    + "or download the file again"
            );
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".";
}
