using SkillFactory.Core.Errors;

namespace SkillFactory.Core.Datasets;

/// <summary>Opens dataset files with errors for people.</summary>
internal static class DatasetFile
{
    public static FileStream OpenRead(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(e is FileNotFoundException or DirectoryNotFoundException ? $"{path}: no such file" : $"{path}: cannot be read: {e.Message}", e);
        }
    }
}
