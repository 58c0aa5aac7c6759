using SkillFactory.Cli.Pretraining;
using SkillFactory.Cli.Terminal;
using SkillFactory.Cli.Tests.Running;

namespace SkillFactory.Cli.Tests;

/// <summary>The program in this process, over a fake system, with what it printed.</summary>
internal sealed class CliRun : IPretrainer, IDisposable
{
    public FakeRun System { get; } = new();

    public StringWriter Out { get; } = new() { NewLine = "\n" };

    public StringWriter Error { get; } = new() { NewLine = "\n" };

    public int Exits { get; private set; }

    public StopSignals Signals { get; }

    public Dictionary<string, string> Variables { get; } = [];

    public TerminalTraits Terminal { get; init; } = TerminalTraits.Plain;

    /// <summary>What pretraining does.</summary>
    public Func<IProgress<PretrainingProgress>, CancellationToken, Task<string>>? Pretraining { get; set; }

    public CliRun() => Signals = new StopSignals(() => Exits++);

    public Task<int> RunAsync(params string[] args) => CliApp.RunAsync(args, Context());

    public CliContext Context() =>
        new()
        {
            Out = Out,
            Error = Error,
            Terminal = Terminal,
            Time = TimeProvider.System,
            Signals = Signals,
            Variable = name => Variables.GetValueOrDefault(name),
            Systems = System,
            Pretrainer = this,
            OpenFile = path => Out.WriteLine($"opened {path}"),
        };

    Task<string> IPretrainer.RunAsync(
        string recipe,
        string? output,
        bool resume,
        IProgress<PretrainingProgress> progress,
        CancellationToken cancellationToken
    ) => Pretraining!(progress, cancellationToken);

    public void Dispose() => Signals.Dispose();
}
