using SkillFactory.Contracts.Compute;
using SkillFactory.Grains.Leases;

namespace SkillFactory.Grains.Tests.Leases;

public sealed class LeaseTableTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ComputePoolOptions Options = new();

    [Fact]
    public void A_lease_expires_at_its_deadline_and_is_charged_once()
    {
        var table = new LeaseTable(Options);
        table.Enqueue("e", ["e/1"], Start);
        var lease = table.TryLease("s0", Start)!;
        Assert.Equal(new BatchLease("e", "e/1", Start + Options.LeaseDuration), lease);
        Assert.Empty(table.Expire(lease.Deadline - TimeSpan.FromTicks(1)));
        Assert.True(table.Renew("s0", "e/1", Start + TimeSpan.FromSeconds(20)));
        Assert.Empty(table.Expire(lease.Deadline));
        Assert.Single(table.Expire(Start + TimeSpan.FromSeconds(20) + Options.LeaseDuration));
        Assert.Equal((1, 0), (table.Waiting, table.Leased));

        // Charged up to the last renewal.
        Assert.Equal(20, table.DeviceSeconds["e"]);
        table.Return("s0", "e/1", 100, requeue: false, Start + TimeSpan.FromMinutes(2));
        Assert.Equal(20, table.DeviceSeconds["e"]);
        Assert.Equal(1, table.Waiting);
    }

    [Fact]
    public void A_batch_whose_lease_expired_is_served_first()
    {
        var table = new LeaseTable(Options);
        table.Enqueue("e", ["e/1", "e/2", "e/3"], Start);
        table.TryLease("s0", Start);
        var later = Start + Options.LeaseDuration;
        table.Expire(later);
        Assert.Equal("e/1", table.TryLease("s1", later)!.BatchKey);
    }

    [Fact]
    public void A_batch_lost_after_its_experiment_was_withdrawn_is_not_queued_until_enqueued_again()
    {
        var table = new LeaseTable(Options);
        table.Enqueue("e", ["e/1"], Start);
        table.TryLease("s0", Start);
        table.Withdraw("e");
        table.Enqueue("e", ["e/1"], Start);
        Assert.Equal(0, table.Waiting);
        table.Expire(Start + Options.LeaseDuration);
        Assert.Equal(1, table.Waiting);

        table.TryLease("s0", Start + Options.LeaseDuration);
        table.Withdraw("e");
        table.Expire(Start + (2 * Options.LeaseDuration));
        Assert.Equal((0, 0), (table.Waiting, table.Leased));
    }

    [Fact]
    public void Under_random_operations_every_batch_is_in_one_place_and_ends_once()
    {
        // Random slots lease, return, requeue, vanish and renew. After each step, enqueued = waiting + leased + ended.
        var random = new Random(7);
        var table = new LeaseTable(Options);
        var now = Start;
        var enqueued = new HashSet<string>();
        var held = new Dictionary<string, string>();
        var ended = new HashSet<string>();
        for (var step = 0; step < 20_000; step++)
        {
            now += TimeSpan.FromSeconds(random.NextDouble());
            var slot = $"s{random.Next(5)}";
            switch (random.Next(6))
            {
                case 0:
                    var experiment = $"e{random.Next(3)}";
                    var key = $"{experiment}/{step}";
                    table.Enqueue(experiment, [key], now);
                    enqueued.Add(key);
                    break;
                case 1 or 2:
                    if (table.TryLease(slot, now) is { } lease)
                    {
                        Assert.DoesNotContain(held, h => h.Key != slot && h.Value == lease.BatchKey);
                        Assert.DoesNotContain(lease.BatchKey, ended);
                        held[slot] = lease.BatchKey;
                    }

                    break;
                case 3 when held.Remove(slot, out var done):
                    table.Return(slot, done, random.NextDouble(), requeue: false, now);
                    ended.Add(done);
                    break;
                case 4 when held.Remove(slot, out var again):
                    table.Return(slot, again, random.NextDouble(), requeue: true, now);
                    break;
                case 5 when held.TryGetValue(slot, out var renewed):
                    Assert.True(table.Renew(slot, renewed, now));
                    break;
            }

            foreach (var lost in table.Expire(now))
            {
                held.Remove(held.Single(h => h.Value == lost.BatchKey).Key);
            }

            Assert.Equal(enqueued.Count - ended.Count, table.Waiting + table.Leased);
            Assert.Equal(held.Count, table.Leased);
        }

        Assert.True(ended.Count > 1000, $"only {ended.Count} batches ended; the test needs more steps");
    }
}
