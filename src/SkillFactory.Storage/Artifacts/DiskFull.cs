using SkillFactory.Primitives.Errors;

namespace SkillFactory.Storage.Artifacts;

/// <summary>Recognises a full disk or quota, and reports it as a user error.</summary>
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

    /// <param name="root">Folder of the artifact store.</param>
    /// <param name="written">Bytes of the artifact that could be written.</param>
    /// <param name="free">Free bytes on the disk, or null if unknown.</param>
    /// <param name="reserved">Free bytes that artifacts never use.</param>
    /// <param name="inner">The error that the system reported.</param>
    public static UserErrorException Error(string root, long written, long? free, long reserved, IOException? inner = null)
    {
        var message =
            $"The disk of the artifact store {root} is full: an artifact needs more than the {written:N0} bytes that could be written"
            + (free is null ? "" : $"; {free:N0} bytes are free, of which {reserved:N0} are reserved for the state of experiments")
            + ". Free some space and continue with --resume; all finished work is safe.";
        return inner is null ? new UserErrorException(message) : new UserErrorException(message, inner);
    }
}
