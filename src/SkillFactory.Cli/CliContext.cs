using SkillFactory.Cli.Pretraining;
using SkillFactory.Cli.Running;
using SkillFactory.Cli.Terminal;

namespace SkillFactory.Cli;

/// <summary>What commands use of the process that runs them.</summary>
internal sealed record CliContext
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required TerminalTraits Terminal { get; init; }

    public required TimeProvider Time { get; init; }

    public required StopSignals Signals { get; init; }

    /// <summary>Reads an environment variable.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Starts the systems that run experiments.</summary>
    public required IRunSystemFactory Systems { get; init; }

    public required IPretrainer Pretrainer { get; init; }

    /// <summary>Opens the standard input.</summary>
    public Func<Stream> StandardInput { get; init; } = Console.OpenStandardInput;

    /// <summary>Opens a file with the default program of its type.</summary>
    public required Action<string> OpenFile { get; init; }

    /// <summary>The words that start this program in a shell, for the commands that messages suggest.</summary>
    public string CommandPrefix { get; init; } = "skillfactory";

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
            CommandPrefix = ShellCommand.Prefix(Environment.CurrentDirectory),
        };
}
