using SkillFactory.Cli.Pretraining;
using SkillFactory.Cli.Running;
using SkillFactory.Cli.Terminal;

namespace SkillFactory.Cli;

/// <summary>All that commands take from the process around them.</summary>
internal sealed record CliContext
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required TerminalTraits Terminal { get; init; }

    public required TimeProvider Time { get; init; }

    public required StopSignals Signals { get; init; }

    /// <summary>Environment variables by name.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Starts what a run needs.</summary>
    public required IRunSystemFactory Systems { get; init; }

    public required IPretrainer Pretrainer { get; init; }

    /// <summary>Opens a file with the program the system has for it.</summary>
    public required Action<string> OpenFile { get; init; }

    /// <summary>How the program is called, for the commands it tells people to type.</summary>
    public string Invocation { get; init; } = "skillfactory";

    public static CliContext OfProcess() =>
        new()
        {
            Out = Console.Out,
            Error = Console.Error,
            Terminal = TerminalTraits.OfConsole(),
            Time = TimeProvider.System,
            Signals = StopSignals.OfProcess(),
            Variable = Environment.GetEnvironmentVariable,
            Systems = new EmbeddedRunSystemFactory(),
            Pretrainer = new EnginePretrainer(),
            OpenFile = path =>
                System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(path) { UseShellExecute = true })?.Dispose(),
            Invocation = SkillFactory.Cli.Terminal.Invocation.From(Environment.CurrentDirectory),
        };
}
