using CsCheck;
using SkillFactory.Grains.Leases;

namespace SkillFactory.Grains.Tests.Leases;

public sealed class FairShareTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Accounts_that_always_have_work_get_equal_device_time()
    {
        // One slot, batches of random cost: no account is ever ahead of another by more than one batch.
        Gen.Select(Gen.Int[2, 5], Gen.Double[0.1, 10].Array[200])
            .Sample(
                (accounts, costs) =>
                {
                    var share = new FairShare(TimeSpan.MaxValue);
                    var names = Enumerable.Range(0, accounts).Select(i => $"e{i}").ToArray();

                    foreach (var cost in costs)
                    {
                        var chosen = share.Choose(names, Start)!;
                        share.Begin(chosen);
                        share.End(chosen, cost, Start);
                    }

                    var totals = names.Select(n => share.Totals[n]).ToArray();
                    return totals.Max() - totals.Min() <= costs.Max() * (1 + 1e-9);
                }
            );
    }

    [Fact]
    public void Accounts_with_equal_usage_take_turns()
    {
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 5])
            .Sample(
                (accounts, rounds) =>
                {
                    var share = new FairShare(TimeSpan.MaxValue);
                    var names = Enumerable.Range(0, accounts).Select(i => $"e{i}").ToArray();
                    for (var round = 0; round < rounds; round++)
                    {
                        var served = new List<string>();
                        for (var turn = 0; turn < accounts; turn++)
                        {
                            var chosen = share.Choose(names, Start)!;
                            share.Begin(chosen);
                            share.End(chosen, 1, Start);
                            served.Add(chosen);
                        }

                        Assert.Equal(names, served.Order(StringComparer.Ordinal));
                    }
                }
            );
    }

    [Fact]
    public void Parallel_slots_are_spread_evenly_before_the_first_charge()
    {
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 40])
            .Sample(
                (accounts, slots) =>
                {
                    var share = new FairShare(TimeSpan.FromMinutes(5));
                    var names = Enumerable.Range(0, accounts).Select(i => $"e{i}").ToArray();
                    var running = names.ToDictionary(n => n, _ => 0);
                    for (var slot = 0; slot < slots; slot++)
                    {
                        var chosen = share.Choose(names, Start)!;
                        share.Begin(chosen);
                        running[chosen]++;
                    }

                    return running.Values.Max() - running.Values.Min() <= 1;
                }
            );
    }

    [Fact]
    public void Usage_decays_with_the_half_life()
    {
        // After n half-lives an account that used 2^n · c seconds has the usage of one that has just used c.
        Gen.Select(Gen.Int[1, 8], Gen.Int[1, 100], Gen.Bool)
            .Sample(
                (halvings, seconds, more) =>
                {
                    var halfLife = TimeSpan.FromMinutes(3);
                    var share = new FairShare(halfLife);
                    var later = Start + (halvings * halfLife);
                    share.Begin("old");
                    share.End("old", Math.Pow(2, halvings) * seconds * (more ? 1.01 : 0.99), Start);
                    share.Begin("new");
                    share.End("new", seconds, later);
                    return share.Choose(["new", "old"], later) == (more ? "new" : "old");
                }
            );
    }

    [Fact]
    public void A_newcomer_and_a_veteran_share_equally_from_then_on()
    {
        var share = new FairShare(TimeSpan.FromHours(10));
        for (var i = 0; i < 100; i++)
        {
            share.Begin("veteran");
            share.End("veteran", 10, Start);
        }

        share.Join("newcomer", ["veteran"], Start);
        var served = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var chosen = share.Choose(["veteran", "newcomer"], Start)!;
            share.Begin(chosen);
            share.End(chosen, 10, Start);
            served.Add(chosen);
        }

        Assert.Equal(10, served.Count(s => s == "newcomer"));
        Assert.Equal(100 * 10 + 100, share.Totals["veteran"]);
        Assert.Equal(100, share.Totals["newcomer"]);
    }

    [Fact]
    public void Joining_does_not_reduce_usage()
    {
        var share = new FairShare(TimeSpan.MaxValue);
        share.Begin("heavy");
        share.End("heavy", 100, Start);
        share.Begin("light");
        share.End("light", 1, Start);
        share.Join("heavy", ["light"], Start);
        Assert.Equal("light", share.Choose(["heavy", "light"], Start));
    }

    [Fact]
    public void Without_waiting_accounts_none_is_chosen() => Assert.Null(new FairShare(TimeSpan.FromMinutes(1)).Choose([], Start));

    [Fact]
    public void Ending_a_batch_that_did_not_begin_is_an_error() =>
        Assert.Throws<InvalidOperationException>(() => new FairShare(TimeSpan.FromMinutes(1)).End("e", 1, Start));
}
