using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>Scratch is kept until its stage has a result, and no longer.</summary>
public sealed class ScratchTests
{
    [Fact]
    public async Task A_finished_run_leaves_only_its_results()
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
    public async Task A_paused_run_keeps_its_scratch_and_a_cancelled_one_does_not()
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
            "all scratch is dropped, except what the batch in flight may have written"
        );
    }

    [Fact]
    public async Task A_failed_drop_is_repeated_after_the_grain_was_lost()
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
    public async Task Concurrent_runs_of_the_same_stages_do_not_affect_each_other()
    {
        await using var system = await TestSystem.StartAsync();
        var results = await Task.WhenAll(
            system.RunAsync(TestSystem.Recipe("one"), fresh: true),
            system.RunAsync(TestSystem.Recipe("two"), fresh: true)
        );
        Assert.Equal(ExperimentRunTests.Content(results[0]), ExperimentRunTests.Content(results[1]));

        // Neither asked a prompt twice.
        var prompts = results[0].DistinctBy(r => r.Result.Key).Sum(r => r.Result.Counts.GetValueOrDefault("prompts"));
        Assert.Equal(2 * prompts, system.Script.Answered.Values.Sum());
        await TestSystem.UntilAsync(() => Task.FromResult(system.Scratch.Count == 0), "all scratch is dropped");
    }
}
