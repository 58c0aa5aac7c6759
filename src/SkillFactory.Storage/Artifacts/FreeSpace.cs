namespace SkillFactory.Storage.Artifacts;

/// <summary>Room on the disk that holds a folder.</summary>
public static class FreeSpace
{
    /// <summary>Bytes that this user may still write; null where the system does not say.</summary>
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
