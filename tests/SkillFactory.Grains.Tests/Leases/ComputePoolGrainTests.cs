using SkillFactory.Contracts.Compute;

namespace SkillFactory.Grains.Tests.Leases;

[Collection(GrainClusterCollection.Name)]
public sealed class ComputePoolGrainTests(GrainCluster cluster)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_polling_slot_gets_a_batch_as_soon_as_one_is_enqueued()
    {
        var pool = Pool();
        var lease = pool.LeaseAsync("s/x/0", Long);
        await pool.EnqueueAsync("e", ["e/s/1", "e/s/2"]);
        Assert.Equal("e/s/1", (await lease)!.BatchKey);
        Assert.Equal("e/s/2", (await pool.LeaseAsync("s/x/1", TimeSpan.Zero))!.BatchKey);
        Assert.Null(await pool.LeaseAsync("s/x/2", TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task Long_polls_do_not_block_other_calls()
    {
        var pool = Pool();
        var polls = Enumerable.Range(0, 50).Select(i => pool.LeaseAsync($"s/x/{i}", Long)).ToList();
        while ((await pool.GetStatusAsync()).Slots.Count < 50)
        {
            // Calls are delivered in any order; wait until all polls have arrived.
        }

        Assert.All(polls, p => Assert.False(p.IsCompleted));
        await pool.EnqueueAsync("e", [.. Enumerable.Range(0, 50).Select(i => $"e/s/{i}")]);
        var leases = await Task.WhenAll(polls);
        Assert.Equal(50, leases.Select(l => l!.BatchKey).Distinct().Count());
    }

    [Fact]
    public async Task A_lease_that_is_not_renewed_goes_to_another_slot_and_its_holder_learns_of_it()
    {
        var pool = Pool();
        await pool.EnqueueAsync("e", ["e/s/1"]);
        Assert.NotNull(await pool.LeaseAsync("s/x/0", TimeSpan.Zero));
        var second = await pool.LeaseAsync("s/x/1", Long);
        Assert.Equal("e/s/1", second!.BatchKey);
        Assert.False(await pool.RenewAsync("s/x/0", "e/s/1"));
        Assert.True(await pool.RenewAsync("s/x/1", "e/s/1"));

        // The first holder's late return does not affect the second.
        await pool.ReturnAsync("s/x/0", "e/s/1", 5, requeue: true);
        Assert.Equal(1, (await pool.GetStatusAsync()).Leased);
        await pool.ReturnAsync("s/x/1", "e/s/1", 2, requeue: false);
        var status = await pool.GetStatusAsync();
        Assert.Equal((0, 0), (status.Waiting, status.Leased));
    }

    [Fact]
    public async Task Two_experiments_share_the_slots_regardless_of_arrival()
    {
        var pool = Pool();
        await pool.EnqueueAsync("a", [.. Enumerable.Range(0, 20).Select(i => $"a/s/{i}")]);
        await pool.EnqueueAsync("b", [.. Enumerable.Range(0, 20).Select(i => $"b/s/{i}")]);
        var served = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var lease = (await pool.LeaseAsync("s/x/0", TimeSpan.Zero))!;
            served.Add(lease.ExperimentId);

            // Batches of "a" take three times as long.
            await pool.ReturnAsync("s/x/0", lease.BatchKey, lease.ExperimentId == "a" ? 3 : 1, requeue: false);
        }

        Assert.Equal(5, served.Count(e => e == "a"));
        Assert.Equal(15, served.Count(e => e == "b"));
        var seconds = (await pool.GetStatusAsync()).DeviceSeconds;
        Assert.Equal((15.0, 15.0), (seconds["a"], seconds["b"]));
    }

    [Fact]
    public async Task A_withdrawn_experiment_has_no_batch_in_the_pool()
    {
        var pool = Pool();
        await pool.EnqueueAsync("a", ["a/s/1", "a/s/2", "a/s/3"]);
        await pool.EnqueueAsync("b", ["b/s/1"]);
        var lease = (await pool.LeaseAsync("s/x/0", TimeSpan.Zero))!;
        Assert.Equal("a", lease.ExperimentId);
        await pool.WithdrawAsync("a");
        Assert.Equal(1, (await pool.GetStatusAsync()).Waiting);
        Assert.True(await pool.RenewAsync("s/x/0", lease.BatchKey));
        await pool.ReturnAsync("s/x/0", lease.BatchKey, 1, requeue: true);
        Assert.Equal("b/s/1", (await pool.LeaseAsync("s/x/0", TimeSpan.Zero))!.BatchKey);
        Assert.Equal(0, (await pool.GetStatusAsync()).Waiting);
    }

    [Fact]
    public async Task Enqueueing_again_adds_nothing()
    {
        var pool = Pool();
        await pool.EnqueueAsync("a", ["a/s/1", "a/s/2"]);
        var lease = (await pool.LeaseAsync("s/x/0", TimeSpan.Zero))!;
        await pool.EnqueueAsync("a", ["a/s/1", "a/s/2"]);
        Assert.Equal(1, (await pool.GetStatusAsync()).Waiting);

        // A slot whose reply was lost polls again and gets the same batch.
        Assert.Equal(lease.BatchKey, (await pool.LeaseAsync("s/x/0", TimeSpan.Zero))!.BatchKey);
        await pool.ReturnAsync("s/x/0", lease.BatchKey, 1, requeue: false);
        await pool.ReturnAsync("s/x/0", lease.BatchKey, 1, requeue: true);
        Assert.Equal(1, (await pool.GetStatusAsync()).Waiting);
        Assert.Equal(1, (await pool.GetStatusAsync()).DeviceSeconds["a"]);
    }

    [Fact]
    public async Task Slots_are_registered_and_removed_when_silent()
    {
        var pool = Pool();
        var slot = new SlotRegistration("s/x/0", pool.GetPrimaryKeyString(), "4 threads");
        await pool.RegisterAsync(slot);
        await pool.RegisterAsync(slot);
        Assert.Equal([slot], (await pool.GetStatusAsync()).Slots);
        await pool.UnregisterAsync("s/x/0");
        Assert.Empty((await pool.GetStatusAsync()).Slots);
        await pool.RegisterAsync(slot);
        while ((await pool.GetStatusAsync()).Slots.Count > 0)
        {
            await Task.Delay(50);
        }

        await Assert.ThrowsAsync<ArgumentException>(() => pool.RegisterAsync(slot with { DeviceClass = "another" }));
    }

    [Fact]
    public async Task A_slot_has_one_poll_and_a_cancelled_poll_loses_no_batch()
    {
        var pool = Pool();
        var first = pool.LeaseAsync("s/x/0", Long);

        // Calls may overtake each other; the first has arrived once its slot is registered.
        while ((await pool.GetStatusAsync()).Slots.Count == 0 && !first.IsCompleted)
        {
            await Task.Delay(5);
        }

        using var cancel = new CancellationTokenSource();
        var second = pool.LeaseAsync("s/x/0", Long, cancel.Token);
        Assert.Null(await first);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await pool.EnqueueAsync("e", ["e/s/1"]);
        Assert.Equal("e/s/1", (await pool.LeaseAsync("s/x/1", Long))!.BatchKey);
    }

    private IComputePoolGrain Pool() => cluster.Grains.GetGrain<IComputePoolGrain>($"class-{Guid.NewGuid():N}");
}
