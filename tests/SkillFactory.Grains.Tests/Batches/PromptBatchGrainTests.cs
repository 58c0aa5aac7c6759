using SkillFactory.Contracts.Batches;
using SkillFactory.Core.Artifacts;
using SkillFactory.Grains.Batches;

namespace SkillFactory.Grains.Tests.Batches;

[Collection(GrainClusterCollection.Name)]
public sealed class PromptBatchGrainTests(GrainCluster cluster)
{
    private static readonly ArtifactRef Spec = new(new string('a', 64), 12, "application/json");
    private static readonly BatchOutcome Outcome = new(new ArtifactRef(new string('b', 64), 99, "x"), 4, 100, 20, 1.5);

    [Fact]
    public async Task Runs_from_definition_to_result()
    {
        var batch = Batch();
        Assert.Equal(BatchPhase.Pending, (await batch.DefineAsync(Spec)).Phase);
        var assignment = await batch.BeginAsync("s/cpu/0");
        Assert.Equal(new BatchAssignment(1, Spec), assignment);
        Assert.Equal(BatchPhase.Leased, (await batch.WaitAsync(TimeSpan.Zero)).Phase);
        await batch.CompleteAsync(1, Outcome);
        Assert.Equal(new BatchStatus(BatchPhase.Done, 1, Outcome, null), await batch.WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.Null(await batch.BeginAsync("s/cpu/1"));
    }

    [Fact]
    public async Task Defining_again_changes_nothing_and_otherwise_is_refused()
    {
        var batch = Batch();
        await batch.DefineAsync(Spec);
        await batch.BeginAsync("s/cpu/0");
        Assert.Equal(BatchPhase.Leased, (await batch.DefineAsync(Spec)).Phase);
        await Assert.ThrowsAsync<InvalidOperationException>(() => batch.DefineAsync(Spec with { Hash = new string('b', 64) }));
        await batch.CompleteAsync(1, Outcome);
        Assert.Equal(BatchPhase.Done, (await batch.DefineAsync(Spec)).Phase);
    }

    [Fact]
    public async Task The_first_completion_wins_and_late_ones_change_nothing()
    {
        var batch = Batch();
        await batch.DefineAsync(Spec);
        await batch.BeginAsync("s/cpu/0");
        await batch.BeginAsync("s/cpu/1");
        await batch.CompleteAsync(1, Outcome);
        await batch.CompleteAsync(2, Outcome with { RolloutCount = 77 });
        Assert.Equal(BatchPhase.Done, (await batch.FailAsync(2, "too late", fatal: true)).Phase);
        Assert.Equal(new BatchStatus(BatchPhase.Done, 2, Outcome, null), await batch.WaitAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task Three_failed_attempts_are_enough()
    {
        var batch = Batch();
        await batch.DefineAsync(Spec);
        for (var attempt = 1; attempt <= PromptBatchGrain.MaxFailures; attempt++)
        {
            Assert.Equal(attempt, (await batch.BeginAsync("s/cpu/0"))!.Attempt);
            var status = await batch.FailAsync(attempt, $"error {attempt}", fatal: false);
            Assert.Equal(attempt < PromptBatchGrain.MaxFailures ? BatchPhase.Pending : BatchPhase.Failed, status.Phase);
            Assert.Equal(status, await batch.FailAsync(attempt, "the same, told twice", fatal: false));
        }

        Assert.Equal(new BatchStatus(BatchPhase.Failed, 3, null, "error 3"), await batch.WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.Null(await batch.BeginAsync("s/cpu/0"));
    }

    [Fact]
    public async Task A_fatal_failure_ends_it_and_defining_opens_it_again()
    {
        var batch = Batch();
        await batch.DefineAsync(Spec);
        await batch.BeginAsync("s/cpu/0");
        Assert.Equal(
            new BatchStatus(BatchPhase.Failed, 1, null, "no such weights", UserError: true),
            await batch.FailAsync(1, "no such weights", fatal: true)
        );
        Assert.Equal(new BatchStatus(BatchPhase.Pending, 0, null, null), await batch.DefineAsync(Spec));

        // The old attempt's echo does not count against the new ones.
        Assert.Equal(BatchPhase.Pending, (await batch.FailAsync(1, "echo", fatal: true)).Phase);
        Assert.Equal(2, (await batch.BeginAsync("s/cpu/0"))!.Attempt);
        await batch.CompleteAsync(2, Outcome);
        Assert.Equal(BatchPhase.Done, (await batch.WaitAsync(TimeSpan.Zero)).Phase);
    }

    [Fact]
    public async Task While_a_later_attempt_runs_an_earlier_ones_failure_puts_nothing_back()
    {
        var batch = Batch();
        await batch.DefineAsync(Spec);
        await batch.BeginAsync("s/cpu/0");
        await batch.BeginAsync("s/cpu/1");
        Assert.Equal(BatchPhase.Leased, (await batch.FailAsync(1, "lost its lease", fatal: false)).Phase);
    }

    [Fact]
    public async Task A_batch_that_loses_worker_after_worker_fails()
    {
        var batch = Batch();
        await batch.DefineAsync(Spec);
        for (var attempt = 1; attempt <= PromptBatchGrain.MaxAttempts; attempt++)
        {
            Assert.NotNull(await batch.BeginAsync("s/cpu/0"));
        }

        Assert.Null(await batch.BeginAsync("s/cpu/0"));
        Assert.Equal(BatchPhase.Failed, (await batch.WaitAsync(TimeSpan.Zero)).Phase);
    }

    [Fact]
    public async Task Waiters_are_woken_by_the_result_while_the_batch_is_being_worked_on()
    {
        var batch = Batch();
        await batch.DefineAsync(Spec);
        var waiting = Enumerable.Range(0, 5).Select(_ => batch.WaitAsync(TimeSpan.FromSeconds(15))).ToList();
        await batch.BeginAsync("s/cpu/0");
        Assert.All(waiting, w => Assert.False(w.IsCompleted));
        await batch.CompleteAsync(1, Outcome);
        foreach (var status in await Task.WhenAll(waiting))
        {
            Assert.Equal(BatchPhase.Done, status.Phase);
        }
    }

    [Fact]
    public async Task State_outlives_the_activation()
    {
        var batch = Batch();
        await batch.DefineAsync(Spec);
        await batch.BeginAsync("s/cpu/0");
        await batch.FailAsync(1, "first", fatal: false);
        await cluster.Cluster.DeactivateAsync(batch);
        Assert.Equal(new BatchStatus(BatchPhase.Pending, 1, null, "first"), await batch.WaitAsync(TimeSpan.Zero));
        Assert.Equal(2, (await batch.BeginAsync("s/cpu/0"))!.Attempt);
        await batch.CompleteAsync(2, Outcome);
        await cluster.Cluster.DeactivateAsync(batch);
        Assert.Equal(new BatchStatus(BatchPhase.Done, 2, Outcome, null), await batch.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task What_did_not_begin_cannot_end()
    {
        var batch = Batch();
        await Assert.ThrowsAsync<InvalidOperationException>(() => batch.BeginAsync("s/cpu/0"));
        await batch.DefineAsync(Spec);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => batch.CompleteAsync(1, Outcome));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => batch.FailAsync(0, "", fatal: false));
    }

    private IPromptBatchGrain Batch() => cluster.Grains.GetGrain<IPromptBatchGrain>($"e/{Guid.NewGuid():N}/1");
}
