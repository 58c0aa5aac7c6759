using SkillFactory.Cli.Progress;
using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Tests.Progress;

public class RunEtaTests
{
    [Fact]
    public void Before_anything_is_measured_the_time_is_unknown()
    {
        var eta = RunEta.Of([Stage("a/evaluate", 10, StagePhase.Running), Stage("b/sft", 20), Stage("c/sft", 20)]);
        Assert.Equal("ETA unknown", eta.ToString());
        Assert.Equal("no rate measured yet: evaluate, sft", eta.Reason);
    }

    [Fact]
    public void A_stage_is_as_fast_as_the_finished_ones_of_its_kind_in_proportion_to_its_work()
    {
        // 300 units took 60 s, so 500 take 100 s.
        var eta = RunEta.Of([
            Stage("a/grpo", 100, StagePhase.Done, 10),
            Stage("b/grpo", 200, StagePhase.Reused, 50),
            Stage("c/sft", 1, StagePhase.Done, 1000),
            Stage("d/grpo", 500),
        ]);
        Assert.Equal("ETA 1:40", eta.ToString());
        Assert.Equal("", eta.Reason);
    }

    [Fact]
    public void The_same_stage_of_another_seed_is_the_better_base()
    {
        var eta = RunEta.Of([
            Stage("a/grpo", null, StagePhase.Done, 30, seed: 1),
            Stage("b/grpo", 10, StagePhase.Done, 500, seed: 1),
            Stage("a/grpo", null, seed: 2),
        ]);
        Assert.Equal("ETA 0:30", eta.ToString());
    }

    [Fact]
    public void Work_without_a_base_makes_the_time_a_lower_limit()
    {
        var eta = RunEta.Of([Stage("a/grpo", 100, StagePhase.Done, 10), Stage("b/grpo", 200), Stage("c/traces", 5), Stage("d/sft", null)]);
        Assert.Equal("ETA over 0:20", eta.ToString());
        Assert.Equal("no rate measured yet: traces, sft", eta.Reason);
    }

    [Fact]
    public void The_running_stage_has_its_own_rate_and_before_that_the_rest_of_its_estimate()
    {
        var done = Stage("a/grpo", 100, StagePhase.Done, 60);
        Assert.Equal("ETA 0:05", RunEta.Of([done, Stage("b/grpo", 100, StagePhase.Running, 20, eta: 5)]).ToString());
        Assert.Equal("ETA 0:40", RunEta.Of([done, Stage("b/grpo", 100, StagePhase.Running, 20)]).ToString());

        // A stage of the same kind comes after it: 25 s for the same work.
        Assert.Equal("ETA 0:30", RunEta.Of([Stage("b/grpo", 100, StagePhase.Running, 20, eta: 5), Stage("c/grpo", 100)]).ToString());

        // It has taken longer than the other: nothing is known any more.
        Assert.Equal("ETA unknown", RunEta.Of([done, Stage("b/grpo", 100, StagePhase.Running, 61)]).ToString());
    }

    [Fact]
    public void A_run_without_work_left_ends_now() =>
        Assert.Equal("ETA 0:00", RunEta.Of([Stage("a/grpo", 100, StagePhase.Done, 60), Stage("b/sft", 1, StagePhase.Failed)]).ToString());

    private static StageView Stage(
        string label,
        double? work,
        StagePhase phase = StagePhase.Pending,
        double wall = 0,
        double? eta = null,
        int seed = 1
    ) =>
        new(
            new PlannedStage($"{seed}/{label}", $"{label}, seed {seed}", label, label.Split('/')[1], work),
            phase,
            0,
            0,
            "",
            null,
            eta is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            "",
            TimeSpan.FromSeconds(wall),
            "",
            [],
            ""
        );
}
