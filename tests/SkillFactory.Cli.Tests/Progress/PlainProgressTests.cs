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
        board.SetHeadline("1/full/sample", "25.0 % of attempts correct");
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
            [0:07] 1/full/sample: done in 0:07  25.0 % of attempts correct
            [0:07] run: 1/2 stages (50 %)  ETA unknown (no rate measured yet: grpo)
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
    public void A_resumed_run_begins_with_the_stages_that_are_finished()
    {
        var board = new ProgressBoard(RunOutline.Empty, _time);
        board.Apply(
            SampleEvents.Status(
                ExperimentPhase.Running,
                SampleEvents.Stage("1/rl/grpo", StagePhase.Done, 60),
                SampleEvents.Stage("1/full/grpo", StagePhase.Pending)
            )
        );
        board.SetHeadline("1/rl/grpo", "reward 0.690");
        _ = new PlainProgress(board, _out, _time);
        Assert.Equal(
            """
            [0:00] 1/rl/grpo: done in 1:00  reward 0.690
            [0:00] run: 1/2 stages (50 %)  ETA unknown (no rate measured yet: grpo)

            """.ReplaceLineEndings("\n"),
            _out.ToString()
        );
    }

    [Fact]
    public void The_progress_of_the_run_is_printed_now_and_then_during_a_long_stage()
    {
        var (board, display) = Make();
        board.Apply(
            SampleEvents.Status(
                ExperimentPhase.Running,
                SampleEvents.Stage("1/rl/grpo", StagePhase.Running),
                SampleEvents.Stage("1/rl/evaluate", StagePhase.Pending)
            )
        );
        for (var step = 0; step < 100; step++)
        {
            var change = SampleEvents.Progress(step, "1/rl/grpo", step, 200, "steps", step);
            board.Apply(change);
            display.OnEvent(change);
            _time.Advance(1);
        }

        Assert.Equal(
            ["[0:30] run: 0/2 stages (7 %)", "[1:00] run: 0/2 stages (15 %)", "[1:30] run: 0/2 stages (22 %)"],
            _out.ToString()
                .Split('\n')
                .Where(l => l.Contains("run: ", StringComparison.Ordinal))
                .Select(l => l[..l.IndexOf("  ETA", StringComparison.Ordinal)])
        );
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

        var view = board.View().Find("1/rl/grpo")!;
        Assert.Equal("reward", view.CurveName);
        Assert.Equal([0.1, 0.25, 0.3], view.Curve);
    }

    private (ProgressBoard Board, PlainProgress Display) Make()
    {
        var board = new ProgressBoard(RunOutline.Empty, _time);
        return (board, new PlainProgress(board, _out, _time));
    }
}
