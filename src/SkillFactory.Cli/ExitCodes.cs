namespace SkillFactory.Cli;

/// <summary>What the process tells its caller.</summary>
public static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>Something failed that the person at the keyboard did not cause.</summary>
    public const int Failed = 1;

    /// <summary>Bad input, or something only the person can put right: a wrong key, a missing file, a full disk.</summary>
    public const int UserError = 2;

    /// <summary>Stopped by Ctrl-C or SIGTERM (128 + SIGINT, as shells report it).</summary>
    public const int Interrupted = 130;
}
