namespace SkillFactory.Cli;

/// <summary>Exit codes of the process.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>A failure that the user did not cause.</summary>
    public const int Failed = 1;

    /// <summary>An error that the user can fix: a wrong key, a missing file, a full disk.</summary>
    public const int UserError = 2;

    /// <summary>Stopped by Ctrl-C or SIGTERM (128 + SIGINT, as shells report it).</summary>
    public const int Interrupted = 130;
}
