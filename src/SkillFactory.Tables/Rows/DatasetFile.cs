using Microsoft.Win32.SafeHandles;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tables.Rows;

/// <summary>Opens dataset files with errors for people.</summary>
public static class DatasetFile
{
    public static FileStream OpenRead(string path) =>
        Open(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true));

    public static SafeFileHandle OpenHandle(string path) => Open(path, () => File.OpenHandle(path));

    /// <summary>Of the file itself where the path is a link, as everything in the cache of the Hugging Face hub is.</summary>
    public static FileInfo Info(string path) =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is FileInfo file ? file : new FileInfo(path);

    public static UserErrorException HasChanged(string path) =>
        new($"{path}: the file has changed while it was read; start again when it is complete");

    private static T Open<T>(string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                e is FileNotFoundException or DirectoryNotFoundException ? $"{path}: no such file" : $"{path}: cannot be read: {e.Message}",
                e
            );
        }
    }
}
