using SkillFactory.Contracts.Batches;
using SkillFactory.Core.Artifacts;
using SkillFactory.Grains.Batches;
using SkillFactory.Primitives.Errors;

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
    public async Task Defining_again_changes_nothing_and_another_spec_is_refused()
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
    public async Task The_first_completion_wins_and_later_ones_change_nothing()
    {
        var batch = Batch();
        await batch.DefineAsync(Spec);
        await batch.BeginAsync("s/cpu/0");
        await batch.BeginAsync("s/cpu/1");
        await batch.CompleteAsync(1, Outcome);
        await batch.CompleteAsync(2, Outcome with { RolloutCount = 77 });
        Assert.Equal(BatchPhase.Done, (await batch.FailAsync(2, UserError("too late"))).Phase);
        Assert.Equal(new BatchStatus(BatchPhase.Done, 2, Outcome, null), await batch.WaitAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task Three_failed_executions_fail_the_batch()
    {
        var batch = Batch();
        await batch.DefineAsync(Spec);
        for (var execution = 1; execution <= PromptBatchGrain.MaxFailures; execution++)
        {
            Assert.Equal(execution, (await batch.BeginAsync("s/cpu/0"))!.Execution);
            var status = await batch.FailAsync(execution, Error($"error {execution}"));
            Assert.Equal(execution < PromptBatchGrain.MaxFailures ? BatchPhase.Pending : BatchPhase.Failed, status.Phase);
            Assert.Equal(status, await batch.FailAsync(execution, Error("repeated")));
        }

        Assert.Equal(new BatchStatus(BatchPhase.Failed, 3, null, Error("error 3")), await batch.WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.Null(await batch.BeginAsync("s/cpu/0"));
    }

    [Fact]
    public async Task A_user_error_fails_the_batch_at_once_and_defining_opens_it_again()
    {
        var batch = Batch();
        await batch.DefineAsync(Spec);
        await batch.BeginAsync("s/cpu/0");
        Assert.Equal(
            new BatchStatus(BatchPhase.Failed, 1, null, UserError("no such weights")),
            await batch.FailAsync(1, UserError("no such weights"))
        );
        Assert.Equal(new BatchStatus(BatchPhase.Pending, 0, null, null), await batch.DefineAsync(Spec));

        // A late report of an earlier execution does not count against the new ones.
        Assert.Equal(BatchPhase.Pending, (await batch.FailAsync(1, UserError("late"))).Phase);
        Assert.Equal(2, (await batch.BeginAsync("s/cpu/0"))!.Execution);
        await batch.CompleteAsync(2, Outcome);
        Assert.Equal(BatchPhase.Done, (await batch.WaitAsync(TimeSpan.Zero)).Phase);
    }

    [Fact]
    public async Task The_failure_of_an_earlier_execution_does_not_put_the_batch_back()
    {
        var batch = Batch();
        await batch.DefineAsync(Spec);
        await batch.BeginAsync("s/cpu/0");
        await batch.BeginAsync("s/cpu/1");
        Assert.Equal(BatchPhase.Leased, (await batch.FailAsync(1, Error("lost its lease"))).Phase);
    }

    [Fact]
    public async Task A_batch_that_loses_all_its_workers_fails()
    {
        var batch = Batch();
        await batch.DefineAsync(Spec);
        for (var execution = 1; execution <= PromptBatchGrain.MaxExecutions; execution++)
        {
            Assert.NotNull(await batch.BeginAsync("s/cpu/0"));
        }

        Assert.Null(await batch.BeginAsync("s/cpu/0"));
        Assert.Equal(BatchPhase.Failed, (await batch.WaitAsync(TimeSpan.Zero)).Phase);
    }

    [Fact]
    public async Task Waits_end_with_the_result()
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
    public async Task State_survives_the_activation()
    {
        var batch = Batch();
        await batch.DefineAsync(Spec);
        await batch.BeginAsync("s/cpu/0");
        await batch.FailAsync(1, Error("first"));
        await cluster.Cluster.DeactivateAsync(batch);
        Assert.Equal(new BatchStatus(BatchPhase.Pending, 1, null, Error("first")), await batch.WaitAsync(TimeSpan.Zero));
        Assert.Equal(2, (await batch.BeginAsync("s/cpu/0"))!.Execution);
        await batch.CompleteAsync(2, Outcome);
        await cluster.Cluster.DeactivateAsync(batch);
        Assert.Equal(new BatchStatus(BatchPhase.Done, 2, Outcome, null), await batch.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task An_execution_that_did_not_begin_cannot_end()
    {
        var batch = Batch();
        await Assert.ThrowsAsync<InvalidOperationException>(() => batch.BeginAsync("s/cpu/0"));
        await batch.DefineAsync(Spec);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => batch.CompleteAsync(1, Outcome));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => batch.FailAsync(0, Error("")));
    }

    private static Failure Error(string message) => new(message, IsUserError: false, $"IOException: {message}", "slot s/cpu/0");

    private static Failure UserError(string message) => Failure.From(new UserErrorException(message), "slot s/cpu/0");

    private IPromptBatchGrain Batch() => cluster.Grains.GetGrain<IPromptBatchGrain>($"e/{Guid.NewGuid():N}/1");
}
