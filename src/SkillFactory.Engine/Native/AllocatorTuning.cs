using System.Runtime.InteropServices;

namespace SkillFactory.Engine.Native;

/// <summary>
/// Tunes glibc to keep freed memory in the process. By default glibc returns large blocks to the kernel at once, and every training step
/// pays for the pages of its activations again. Keeping them makes the training of small models about an eighth faster. Larger models gain
/// no speed and lose gigabytes to fragments, so the first one switches it off for good. Without glibc this does nothing.
/// </summary>
internal static class AllocatorTuning
{
    /// <summary>Parameters of a small model, at most. At 3 million the tuning pays, at 166 million it only costs memory.</summary>
    private const long SmallModel = 1 << 25;

    private const int TrimThreshold = -1;
    private const int MaxMappedBlocks = -4;

    /// <summary>The values that glibc starts with.</summary>
    private const int DefaultTrimThreshold = 128 * 1024;
    private const int DefaultMappedBlocks = 65_536;

    private static readonly Lock Gate = new();
    private static bool? _keeps;

    /// <summary>Chooses the setting that suits a model, and all models before it. Thread-safe.</summary>
    /// <param name="parameters">Number of parameters of the model.</param>
    public static void ApplyFor(long parameters)
    {
        lock (Gate)
        {
            var keeps = parameters <= SmallModel && _keeps != false;
            if (keeps == _keeps || !OperatingSystem.IsLinux())
            {
                return;
            }

            _keeps = keeps;
            try
            {
                _ = SetOption(MaxMappedBlocks, keeps ? 0 : DefaultMappedBlocks);
                _ = SetOption(TrimThreshold, keeps ? int.MaxValue : DefaultTrimThreshold);
            }
            catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
            {
                // Not glibc: the allocator has no such options.
            }
        }
    }

    [DllImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int option, int value);
}
