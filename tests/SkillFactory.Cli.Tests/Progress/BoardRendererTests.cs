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
    public void The_run_and_what_runs_now_are_shown()
    {
        var text = string.Join('\n', Draw(Running(), 80, 40));
        Assert.Contains("demo-12345678  running  0:20", text, StringComparison.Ordinal);
        Assert.Contains("2/4 stages (58 %)  ETA over 0:40", text, StringComparison.Ordinal);
        Assert.Contains("▶ 1/rl/grpo  0:00", text, StringComparison.Ordinal);
        Assert.Contains("20/60 steps  1,000 tok/s  ETA 0:40", text, StringComparison.Ordinal);
        Assert.Contains("waiting for a slot: all are busy", text, StringComparison.Ordinal);
        Assert.Contains("0.690", text, StringComparison.Ordinal);
        Assert.Contains("· 1/full/grpo", text, StringComparison.Ordinal);
        Assert.DoesNotContain("1/full/sample", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_that_nothing_is_measured_of_is_unknown_and_the_stages_are_named()
    {
        var board = new ProgressBoard(RunOutline.Empty, _time);
        board.Apply(
            SampleEvents.Status(ExperimentPhase.Running, SampleEvents.Stage("1/a/sft", default), SampleEvents.Stage("1/a/grpo", default))
        );
        var lines = Draw(board, 80, 24);
        Assert.EndsWith("0/2 stages (0 %)  ETA unknown", lines[1].TrimEnd(), StringComparison.Ordinal);
        Assert.Equal("no rate measured yet: sft, grpo", lines[2].Trim());
    }

    [Theory]
    [InlineData(StagePhase.Done, "✓ 1/full/sample     0:31  25.0 % of attempts correct")]
    [InlineData(StagePhase.Reused, "↺ 1/full/sample   reused  25.0 % of attempts correct")]
    [InlineData(StagePhase.Failed, "✗ 1/full/sample   failed")]
    public void A_stage_that_has_ended_is_one_line_with_its_headline(StagePhase phase, string expected)
    {
        var board = new ProgressBoard(RunOutline.Empty, _time);
        board.Apply(SampleEvents.Status(ExperimentPhase.Running, SampleEvents.Stage("1/full/sample", phase, 31)));
        if (phase != StagePhase.Failed)
        {
            board.SetHeadline("1/full/sample", "25.0 % of attempts correct");
        }

        var output = new StringWriter();
        var terminal = new TerminalTraits(false, false, true) { Width = () => 80 };
        var view = board.View();
        terminal.OpenConsole(output).Write(BoardRenderer.RenderEnded(view.Stages[0], view, terminal));
        Assert.Equal(expected, output.ToString().Trim());
        Assert.EndsWith("\n", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(14)]
    [InlineData(30)]
    public void Stages_to_come_are_folded_if_there_is_no_room(int height)
    {
        var board = new ProgressBoard(RunOutline.Empty, _time);
        board.Apply(
            SampleEvents.Status(
                ExperimentPhase.Running,
                [
                    .. Enumerable.Range(0, 25).Select(i => SampleEvents.Stage($"{i}/done/sample", StagePhase.Done, 1)),
                    SampleEvents.Stage("26/now/grpo", StagePhase.Running),
                    .. Enumerable.Range(0, 40).Select(i => SampleEvents.Stage($"{i}/later/grpo", StagePhase.Pending)),
                ]
            )
        );
        board.SetNotice("stopping");
        var lines = Draw(board, 80, height);
        Assert.True(lines.Length < height, $"{lines.Length} lines");
        Assert.Contains(lines, l => l.Contains("26/now/grpo", StringComparison.Ordinal));
        var shown = lines.Count(l => l.Contains("/later/", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains($"{40 - shown} more stages", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(40)]
    public void A_notice_is_shown_in_full(int width)
    {
        const string Notice = "stopping after the current unit of work… (press Ctrl-C again to stop at once; finished work is never lost)";
        var board = Running();
        board.SetNotice(Notice);
        var lines = Draw(board, width, 30);
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.Contains(Notice, string.Join(' ', lines.Select(l => l.Trim())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_live_view_keeps_every_stage_that_ended_and_its_last_state_on_the_screen()
    {
        var output = new StringWriter();
        var board = Running();
        await using (var live = new LiveProgress(board, output, new TerminalTraits(true, false, true), TimeProvider.System))
        {
            board.SetHeadline("1/rl/grpo", "reward 0.690");
            board.Apply(SampleEvents.StageEvent(99, "1/rl/grpo", StagePhase.Done, 61));
            live.ShowNotice("all is well");
        }

        var text = Escapes().Replace(output.ToString(), "");
        foreach (
            var line in (string[])["✓ 1/full/sample      0:31", "↺ 1/full/reflect   reused", "✓ 1/rl/grpo          1:01  reward 0.690"]
        )
        {
            Assert.Equal(2, text.Split(line).Length);
        }

        Assert.Contains("all is well", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[3", output.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex("\\e\\[[0-9;?]*[A-Za-z]")]
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
        var board = new ProgressBoard(RunOutline.Empty, _time);
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
            board.Apply(
                SampleEvents.Progress(step, "1/rl/grpo", step, 60, "steps", step * 1000, 0.5 + (step * 0.0095), "a slot: all are busy")
            );
        }

        return board;
    }
}
