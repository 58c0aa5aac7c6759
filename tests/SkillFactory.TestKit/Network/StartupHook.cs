using System.Diagnostics.CodeAnalysis;
using SkillFactory.TestKit.Network;

/// <summary>Observes a program from its start. .NET calls <see cref="Initialize"/> before the program's own code if DOTNET_STARTUP_HOOKS is
/// the path of this assembly; it finds this type by its name, which has no namespace.</summary>
[SuppressMessage("Design", "CA1050", Justification = "The name is fixed by .NET.")]
internal static class StartupHook
{
    /// <summary>The file to which the observations are appended.</summary>
    private const string FileVariable = "SKILLFACTORY_NETWORK_OBSERVATIONS";

    private static NetworkObserver? _observer;

    public static void Initialize()
    {
        var file = new StreamWriter(
            new FileStream(Environment.GetEnvironmentVariable(FileVariable)!, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)
        )
        {
            AutoFlush = true,
        };
        var lines = TextWriter.Synchronized(file);
        _observer = new NetworkObserver(lines.WriteLine);
    }
}
