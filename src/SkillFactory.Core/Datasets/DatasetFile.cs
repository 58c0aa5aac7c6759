using Microsoft.Win32.SafeHandles;
using SkillFactory.Core.Errors;

namespace SkillFactory.Core.Datasets;

/// <summary>Opens dataset files with errors for people.</summary>
internal static class DatasetFile
{
    public static FileStream OpenRead(string path) => Open(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true));

    public static SafeFileHandle OpenHandle(string path) => Open(path, () => File.OpenHandle(path));

    private static T Open<T>(string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(e is FileNotFoundException or DirectoryNotFoundException ? $"{path}: no such file" : $"{path}: cannot be read: {e.Message}", e);
        }
    }
}
