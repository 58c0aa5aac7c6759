using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Tables.Rows;

/// <summary>Opens dataset files; failures are user errors.</summary>
public static class DatasetFile
{
    /// <exception cref="UserErrorException">The file does not exist or cannot be read, or is a Git LFS pointer.</exception>
    public static FileStream OpenRead(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UserErrorException($"{path}: found a folder; expected a file");
        }

        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
            if (file.CanSeek)
            {
                RefusePointer(path, file);
            }

            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                e is FileNotFoundException or DirectoryNotFoundException ? $"{path}: no such file" : $"{path}: cannot be read: {e.Message}",
                e
            );
        }
    }

    private static void RefusePointer(string path, FileStream file)
    {
        try
        {
            GitLfsPointer.Refuse(path, file.SafeFileHandle);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Length and time of the file. Follows links, because files in the Hugging Face cache are links.</summary>
    public static FileInfo Info(string path) =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is FileInfo file ? file : new FileInfo(path);

    public static UserErrorException HasChanged(string path) =>
        new($"{path}: the file has changed while it was read; start again when it is complete");
}
