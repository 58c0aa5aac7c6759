using System.Text.RegularExpressions;
using SkillFactory.Cli.Progress;
using SkillFactory.Cli.Terminal;
using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Tests.Progress;

public partial class BoardRendererTests
{
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(20, true)]
    [InlineData(33, true)]
    [InlineData(120, true)]
    [InlineData(60, false)]
    public void No_line_is_wider_than_the_terminal(int width, bool unicode)
    {
        var lines = Draw(Running(), width, 40, unicode);
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.Equal(unicode, lines.Any(l => l.Any(c => c > '~')));
    }

    [Fact]
    public void Phases_rates_curve_and_waiting_are_shown()
    {
        var text = string.Join('\n', Draw(Running(), 100, 40));
        Assert.Contains("demo-12345678  running  0:20", text, StringComparison.Ordinal);
        Assert.Contains("✓ 1/full/sample  0:31", text, StringComparison.Ordinal);
        Assert.Contains("↺ 1/full/reflect  reused", text, StringComparison.Ordinal);
        Assert.Contains("▶ 1/rl/grpo", text, StringComparison.Ordinal);
        Assert.Contains("20/60 steps  1,000 tok/s  ETA 0:40", text, StringComparison.Ordinal);
        Assert.Contains("waiting for a slot", text, StringComparison.Ordinal);
        Assert.Contains("0.690", text, StringComparison.Ordinal);
        Assert.Contains("· 1/full/grpo", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(14)]
    [InlineData(30)]
    public void Long_plans_are_folded_around_the_running_stage(int height)
    {
        var board = new ProgressBoard(_time);
        board.Apply(
            SampleEvents.Status(
                ExperimentPhase.Running,
                [
                    .. Enumerable.Range(0, 25).Select(i => SampleEvents.Stage($"{i}/done/sample", StagePhase.Done, 1)),
                    SampleEvents.Stage("26/now/grpo", StagePhase.Running),
                    .. Enumerable.Range(0, 25).Select(i => SampleEvents.Stage($"{i}/later/grpo", StagePhase.Pending)),
                ]
            )
        );
        var lines = Draw(board, 80, height);
        Assert.True(lines.Length <= height, $"{lines.Length} lines");
        Assert.Contains(lines, l => l.Contains("26/now/grpo", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("stages finished", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("more stages", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_live_view_keeps_its_last_state_on_the_screen()
    {
        var output = new StringWriter();
        var board = Running();
        await using (var live = new LiveProgress(board, output, new TerminalTraits(true, false, true), TimeProvider.System))
        {
            board.Apply(SampleEvents.StageEvent(99, "1/rl/grpo", StagePhase.Done, 61));
            live.ShowNotice("all is well");
        }

        var last = output.ToString();
        Assert.Contains("1/rl/grpo  1:01", Escapes().Replace(last, ""), StringComparison.Ordinal);
        Assert.Contains("all is well", last, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[3", last, StringComparison.Ordinal);
    }

    [GeneratedRegex("\\e\\[[0-9;]*m")]
    private static partial Regex Escapes();

    private static string[] Draw(ProgressBoard board, int width, int height, bool unicode = true)
    {
        var output = new StringWriter();
        var terminal = new TerminalTraits(false, false, unicode) { Width = () => width, Height = () => height };
        terminal.OpenConsole(output).Write(BoardRenderer.Render(board.View(), terminal));
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private ProgressBoard Running()
    {
        var board = new ProgressBoard(_time);
        board.Apply(
            SampleEvents.Status(
                ExperimentPhase.Running,
                SampleEvents.Stage("1/full/sample", StagePhase.Done, 31),
                SampleEvents.Stage("1/full/reflect", StagePhase.Reused),
                SampleEvents.Stage("1/rl/grpo", StagePhase.Running),
                SampleEvents.Stage("1/full/grpo", StagePhase.Pending)
            )
        );
        for (var step = 1; step <= 20; step++)
        {
            _time.Advance(1);
            board.Apply(SampleEvents.Progress(step, "1/rl/grpo", step, 60, "steps", step * 1000, 0.5 + (step * 0.0095), "a slot"));
        }

        return board;
    }
}
