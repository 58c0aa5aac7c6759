using SkillFactory.Primitives.Errors;

namespace SkillFactory.Storage.Artifacts;

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

    /// <param name="root">Folder of the artifact store.</param>
    /// <param name="written">Bytes of the artifact that had been written when there was no more room.</param>
    /// <param name="free">Bytes free before that; null when unknown.</param>
    /// <param name="keptFree">Bytes that artifacts leave to others.</param>
    public static UserErrorException Error(string root, long written, long? free, long keptFree, IOException? inner = null)
    {
        var message =
            $"The disk of the artifact store {root} is full: an artifact needs more than the {written:N0} bytes that could be written"
            + (free is null ? "" : $"; {free:N0} were free, of which {keptFree:N0} are kept for the experiments' state")
            + ". Make room and go on with --resume; nothing is lost or half-written.";
        return inner is null ? new UserErrorException(message) : new UserErrorException(message, inner);
    }
}
