using System.Text;
using SkillFactory.Cli.Pretraining;
using SkillFactory.Cli.Terminal;
using SkillFactory.Cli.Tests.Running;

namespace SkillFactory.Cli.Tests;

/// <summary>Runs the program in this process on a fake system and records its output.</summary>
internal sealed class TestCli : IPretrainer, IDisposable
{
    public FakeRunSystem System { get; } = new();

    public StringWriter Out { get; } = new() { NewLine = "\n" };

    public StringWriter Error { get; } = new() { NewLine = "\n" };

    public int ExitCount { get; private set; }

    public StopSignals Signals { get; }

    public Dictionary<string, string> Variables { get; } = [];

    public TerminalTraits Terminal { get; init; } = TerminalTraits.Plain;

    /// <summary>What the standard input holds.</summary>
    public string Input { get; set; } = "";

    /// <summary>Implements pretraining.</summary>
    public Func<IProgress<PretrainingProgress>, CancellationToken, Task<string>>? Pretraining { get; set; }

    public TestCli() => Signals = new StopSignals(() => ExitCount++);

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
            StandardInput = () => new MemoryStream(Encoding.UTF8.GetBytes(Input)),
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
