using SkillFactory.Core.Errors;

namespace SkillFactory.Grains.Artifacts;

/// <summary>Recognises a full disk (or quota) and says so to a person.</summary>
public static class DiskFull
{
    private const int LinuxNoSpace = 28;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    public static bool Is(IOException e) =>
        OperatingSystem.IsWindows()
            ? e.HResult is WindowsDiskFull or WindowsHandleDiskFull
            : e.HResult is LinuxNoSpace || e.HResult == (OperatingSystem.IsMacOS() ? MacQuota : LinuxQuota);

    public static UserErrorException Error(string root, string temporary, IOException inner)
    {
        var needed = new FileInfo(temporary) is { Exists: true } file ? file.Length : 0;
        long? free = null;
        try
        {
            free = new DriveInfo(root).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // Only colours the message.
        }

        return new UserErrorException(
            $"The disk of the artifact store {root} is full: more than {needed:N0} bytes were needed for one artifact"
            + (free is null ? "" : $" and {free:N0} are free") + ". Make room and go on with --resume; nothing is lost or half-written.",
            inner);
    }
}
