namespace SkillFactory.Storage.Artifacts;

/// <summary>Free space on the disk that holds a folder.</summary>
public static class FreeSpace
{
    /// <summary>Bytes that this user can still write, or null if unknown.</summary>
    public static long? Of(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
