using SkillFactory.Cli.Terminal;
using SkillFactory.Contracts.Experiments;
using Spectre.Console;

namespace SkillFactory.Cli.Progress;

/// <summary>A view for terminals that is redrawn in place, at most five times a second.</summary>
internal sealed class LiveProgress : IProgressDisplay
{
    private static readonly TimeSpan RedrawPeriod = TimeSpan.FromMilliseconds(200);

    private readonly ProgressBoard _board;
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

    private async Task DrawAsync(IAnsiConsole console, TerminalTraits terminal, TimeProvider time) =>
        await console
            .Live(BoardRenderer.Render(_board.View(), terminal))
            .StartAsync(async context =>
            {
                while (!_end.IsCancellationRequested)
                {
                    Draw(context, console, terminal);
                    await Task.Delay(RedrawPeriod, time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                Draw(context, console, terminal);
            });

    private void Draw(LiveDisplayContext context, IAnsiConsole console, TerminalTraits terminal)
    {
        console.Profile.Width = terminal.Width();
        console.Profile.Height = terminal.Height();
        context.UpdateTarget(BoardRenderer.Render(_board.View(), terminal));
    }
}
