using SkillFactory.Cli.Terminal;
using SkillFactory.Contracts.Experiments;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SkillFactory.Cli.Progress;

/// <summary>A view for terminals. Each stage that ends becomes a line that stays; the rest is redrawn in place, at most five times a
/// second.</summary>
internal sealed class LiveProgress : IProgressDisplay
{
    private static readonly TimeSpan RedrawPeriod = TimeSpan.FromMilliseconds(200);

    private readonly ProgressBoard _board;
    private readonly HashSet<string> _ended = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;

    public LiveProgress(ProgressBoard board, TextWriter output, TerminalTraits terminal, TimeProvider time)
    {
        _board = board;
        _loop = DrawAsync(terminal.OpenConsole(output), terminal, time);
    }

    public void OnEvent(ExperimentEvent change)
    {
        if (change is { Kind: "log", Text.Length: > 0 })
        {
            _board.SetNotice(change.Text);
        }
    }

    public void ShowNotice(string text) => _board.SetNotice(text);

    public async ValueTask DisposeAsync()
    {
        if (!_end.IsCancellationRequested)
        {
            await _end.CancelAsync();
            await _loop;
            _end.Dispose();
        }
    }

    private async Task DrawAsync(IAnsiConsole console, TerminalTraits terminal, TimeProvider time)
    {
        while (!_end.IsCancellationRequested)
        {
            // A new live display each time, because one never becomes smaller: its empty lines would push what is above off the screen.
            await console
                .Live(Render(console, terminal))
                .AutoClear(true)
                .StartAsync(async context =>
                {
                    while (!_end.IsCancellationRequested && !_board.View().Stages.Any(IsNewlyEnded))
                    {
                        context.UpdateTarget(Render(console, terminal));
                        await Task.Delay(RedrawPeriod, time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    }
                });
            WriteEnded(console, terminal);
        }

        console.Write(Render(console, terminal));
    }

    private bool IsNewlyEnded(StageView stage) => HasEnded(stage) && !_ended.Contains(stage.Planned.Name);

    private static bool HasEnded(StageView stage) => stage.IsFinished || stage.Phase == StagePhase.Failed;

    private IRenderable Render(IAnsiConsole console, TerminalTraits terminal)
    {
        console.Profile.Width = terminal.Width();
        console.Profile.Height = terminal.Height();
        return BoardRenderer.Render(_board.View(), terminal);
    }

    private void WriteEnded(IAnsiConsole console, TerminalTraits terminal)
    {
        var view = _board.View();
        foreach (var stage in view.Stages.Where(IsNewlyEnded))
        {
            console.Write(BoardRenderer.RenderEnded(stage, view, terminal));
        }

        // A stage whose result is lost runs again.
        _ended.Clear();
        _ended.UnionWith(view.Stages.Where(HasEnded).Select(s => s.Planned.Name));
    }
}
