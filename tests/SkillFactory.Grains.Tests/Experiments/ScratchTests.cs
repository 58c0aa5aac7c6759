using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>What only an unfinished stage needs is kept exactly as long as that.</summary>
public sealed class ScratchTests
{
    [Fact]
    public async Task A_finished_run_leaves_its_results_and_nothing_else()
    {
        await using var system = await TestSystem.StartAsync();
        var results = await system.RunAsync(TestSystem.Recipe());
        await TestSystem.UntilAsync(() => Task.FromResult(system.Scratch.Count == 0), "all scratch is dropped");
        foreach (var output in results.SelectMany(r => r.Result.Outputs.Values))
        {
            Assert.Null(output.Scope);
            await (await system.Store.OpenReadAsync(output)).DisposeAsync();
        }
    }

    [Fact]
    public async Task A_paused_run_keeps_the_stage_in_hand_and_a_cancelled_one_does_not()
    {
        await using var system = await TestSystem.StartAsync(replicas: 1);
        system.Script.HoldAfterBatches = 2;
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        await system.Script.Held;
        await experiment.PauseAsync(Guid.NewGuid());
        await TestSystem.RestAsync(experiment);
        system.Script.Open();
        var done = system.Script.Answered.Count;
        Assert.True(system.Scratch.Count > done, "specs and results of finished batches are kept");

        await experiment.CancelAsync(Guid.NewGuid());
        await TestSystem.UntilAsync(
            () => Task.FromResult(system.Scratch.Count <= 1),
            "all but what the batch in flight may still have written is dropped"
        );
    }

    [Fact]
    public async Task What_could_not_be_dropped_is_dropped_later_whatever_happened_in_between()
    {
        await using var system = await TestSystem.StartAsync();
        system.Script.DropsFailed = int.MaxValue;
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        Assert.Equal(ExperimentPhase.Completed, (await TestSystem.RestAsync(experiment)).Phase);
        Assert.NotEmpty(system.Scratch);
        await TestSystem.ForgetAsync(experiment);

        system.Script.DropsFailed = 1;
        await experiment.GetStatusAsync();
        await TestSystem.UntilAsync(() => Task.FromResult(system.Scratch.Count == 0), "all scratch is dropped");
    }

    [Fact]
    public async Task Two_runs_of_the_same_stages_take_nothing_from_each_other()
    {
        await using var system = await TestSystem.StartAsync();
        var results = await Task.WhenAll(
            system.RunAsync(TestSystem.Recipe("one"), fresh: true),
            system.RunAsync(TestSystem.Recipe("two"), fresh: true)
        );
        Assert.Equal(ExperimentRunTests.Content(results[0]), ExperimentRunTests.Content(results[1]));

        // Neither had to ask anything twice.
        var prompts = results[0].DistinctBy(r => r.Result.Key).Sum(r => r.Result.Counts.GetValueOrDefault("prompts"));
        Assert.Equal(2 * prompts, system.Script.Answered.Values.Sum());
        await TestSystem.UntilAsync(() => Task.FromResult(system.Scratch.Count == 0), "all scratch is dropped");
    }
}
