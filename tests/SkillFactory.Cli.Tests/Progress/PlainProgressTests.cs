using SkillFactory.Cli.Progress;
using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Tests.Progress;

public sealed class PlainProgressTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly StringWriter _out = new() { NewLine = "\n" };

    public void Dispose() => _out.Dispose();

    [Fact]
    public void Each_event_is_one_line()
    {
        var (board, display) = Make();
        board.Apply(
            SampleEvents.Status(
                ExperimentPhase.Running,
                SampleEvents.Stage("1/full/sample", StagePhase.Pending),
                SampleEvents.Stage("1/rl/grpo", StagePhase.Pending)
            )
        );
        Send(SampleEvents.Phase(1, ExperimentPhase.Running));
        Send(SampleEvents.StageEvent(2, "1/full/sample", StagePhase.Running));
        _time.Advance(1);
        Send(SampleEvents.Progress(3, "1/full/sample", 64, 256, "prompts", 10_000));
        _time.Advance(2);
        Send(SampleEvents.Progress(4, "1/full/sample", 128, 256, "prompts", 30_000, waiting: "batch 3"));
        _time.Advance(4);
        Send(SampleEvents.StageEvent(5, "1/full/sample", StagePhase.Done, 7.2));
        Send(SampleEvents.StageEvent(6, "1/rl/grpo", StagePhase.Running));
        Send(SampleEvents.Progress(7, "1/rl/grpo", 1, 60, "steps", 4_000, reward: 0.25));
        Send(SampleEvents.Phase(8, ExperimentPhase.Failed, "1/rl/grpo: it broke"));

        Assert.Equal(
            """
            [0:00] experiment running
            [0:00] 1/full/sample: running
            [0:01] 1/full/sample  64/256 prompts
            [0:03] 1/full/sample  128/256 prompts  10,000 tok/s  ETA 0:04  waiting for batch 3
            [0:07] 1/full/sample: done in 0:07
            [0:07] 1/rl/grpo: running
            [0:07] 1/rl/grpo  1/60 steps  reward 0.250
            [0:07] experiment failed: 1/rl/grpo: it broke

            """.ReplaceLineEndings("\n"),
            _out.ToString()
        );

        void Send(ExperimentEvent change)
        {
            board.Apply(change);
            display.OnEvent(change);
        }
    }

    [Fact]
    public void Each_stage_has_at_most_one_progress_line_per_second()
    {
        var (board, display) = Make();
        for (var i = 0; i < 50; i++)
        {
            foreach (var stage in (string[])["1/a/sample", "1/b/sample"])
            {
                var change = SampleEvents.Progress(i, stage, i, 100, "prompts", i * 10);
                board.Apply(change);
                display.OnEvent(change);
            }

            _time.Advance(0.1);
        }

        // 5 seconds: the change to running, and a line at 0.x, 1.x, 2.x, 3.x and 4.x seconds.
        var lines = _out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Count(l => l.EndsWith(": running", StringComparison.Ordinal)));
        Assert.InRange(lines.Count(l => l.Contains("1/a/sample  ", StringComparison.Ordinal)), 4, 5);
        Assert.InRange(lines.Count(l => l.Contains("1/b/sample  ", StringComparison.Ordinal)), 4, 5);
    }

    [Fact]
    public void Heartbeats_print_nothing()
    {
        var (_, display) = Make();
        display.OnEvent(new ExperimentEvent(9, default, "heartbeat", "", ExperimentPhase.Running, null));
        Assert.Equal("", _out.ToString());
    }

    [Fact]
    public void A_repeated_step_replaces_its_point_of_the_curve()
    {
        var (board, _) = Make();
        foreach (var (step, reward) in ((int, double)[])[(1, 0.1), (2, 0.2), (3, 0.3), (2, 0.25)])
        {
            board.Apply(SampleEvents.Progress(step, "1/rl/grpo", step, 10, "steps", step, reward));
        }

        var view = board.ViewOf("1/rl/grpo")!;
        Assert.Equal("reward", view.CurveName);
        Assert.Equal([0.1, 0.25, 0.3], view.Curve);
    }

    private (ProgressBoard Board, PlainProgress Display) Make()
    {
        var board = new ProgressBoard(_time);
        return (board, new PlainProgress(board, _out, _time));
    }
}
