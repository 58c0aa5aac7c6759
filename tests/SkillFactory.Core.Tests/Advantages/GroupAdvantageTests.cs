using CsCheck;
using SkillFactory.Core.Advantages;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Advantages;

public class GroupAdvantageTests
{
    /// <summary>Multiples of 1/8 from −2 to 2, whose sums are exact, and missing rewards.</summary>
    private static readonly Gen<double?[]> Rewards = Gen.Int[-17, 16].Select(i => i < -16 ? (double?)null : i / 8.0).Array[0, 16];

    /// <summary>One correct response of four: mean 1/4, unbiased variance (9/16 + 3/16) / 3 = 1/4, std 1/2.</summary>
    [Fact]
    public void Std_advantages_match_a_manual_calculation()
    {
        var advantages = GroupAdvantage.Of([1, 0, 0, 0], "std");
        Assert.Equal(0.75 / 0.500001, advantages[0]!.Value, 12);
        Assert.All(advantages[1..], a => Assert.Equal(-0.25 / 0.500001, a!.Value, 12));
    }

    /// <summary>0, 0.1, 1: mean 11/30; deviations −11/30, −8/30, 19/30; variance (121 + 64 + 361) / 900 / 2 = 546 / 1800.</summary>
    [Fact]
    public void Std_advantages_of_three_values_match_a_manual_calculation()
    {
        var std = Math.Sqrt(546.0 / 1800);
        var advantages = GroupAdvantage.Of([0, 0.1, 1], "std");
        Assert.Equal(
            [-11.0 / 30 / (std + 1e-6), -8.0 / 30 / (std + 1e-6), 19.0 / 30 / (std + 1e-6)],
            advantages.Select(a => a!.Value),
            Near
        );
    }

    [Fact]
    public void Centred_advantages_match_a_manual_calculation() =>
        Assert.Equal([0.75, -0.25, -0.25, -0.25], GroupAdvantage.Of([1, 0, 0, 0], "centred").Select(a => a!.Value), Near);

    [Fact]
    public void Unscored_responses_are_excluded()
    {
        Assert.Equal([0.5, null, -0.5, null], GroupAdvantage.Of([1, null, 0, null], "centred"));
        Assert.Equal([0, null], GroupAdvantage.Of([1, null], "std"));
        Assert.Equal([null, null], GroupAdvantage.Of([null, null], "std"));
    }

    /// <summary>In floating point the mean of sixteen times 0.1 is not 0.1, so the deviation is above zero.</summary>
    [Fact]
    public void Dead_groups_are_detected_by_equality_of_rewards_not_by_their_deviation()
    {
        double?[] tenths = [.. Enumerable.Repeat((double?)0.1, 16)];
        Assert.True(GroupAdvantage.IsDead(tenths));
        Assert.All(GroupAdvantage.Of(tenths, "std"), a => Assert.Equal(0, a));
        Assert.False(GroupAdvantage.IsDead([0.1, Math.BitIncrement(0.1)]));
        Assert.False(GroupAdvantage.IsDead([null, 1, null, 0]));
        Assert.True(GroupAdvantage.IsDead([null, 1, null, 1]));
        Assert.True(GroupAdvantage.IsDead([1]));
        Assert.True(GroupAdvantage.IsDead([]));
    }

    [Fact]
    public void Advantages_sum_to_zero_keep_the_order_of_rewards_and_are_null_for_null_rewards() =>
        Rewards.Sample(rewards =>
        {
            foreach (var kind in new[] { "std", "centred" })
            {
                var advantages = GroupAdvantage.Of(rewards, kind);
                Assert.Equal(rewards.Select(r => r is null), advantages.Select(a => a is null));
                Assert.Equal(0, advantages.Sum(a => a ?? 0), tolerance: 1e-9);
                for (var i = 0; i < rewards.Length; i++)
                {
                    for (var j = 0; j < rewards.Length; j++)
                    {
                        if (rewards[i] is { } a && rewards[j] is { } b)
                        {
                            Assert.Equal(a.CompareTo(b), advantages[i]!.Value.CompareTo(advantages[j]!.Value));
                        }
                    }
                }
            }
        });

    [Fact]
    public void Std_advantages_are_invariant_to_shifting_and_scaling_rewards() =>
        Gen.Select(Gen.Int[0, 1].Array[2, 16], Gen.Double[1, 100], Gen.Double[-100, 100])
            .Sample(
                (bits, scale, shift) =>
                {
                    var plain = GroupAdvantage.Of([.. bits.Select(b => (double?)b)], "std");
                    var moved = GroupAdvantage.Of([.. bits.Select(b => (double?)((b * scale) + shift))], "std");
                    Assert.All(plain.Zip(moved), p => Assert.Equal(p.First!.Value, p.Second!.Value, tolerance: 1e-4));
                }
            );

    [Fact]
    public void An_unknown_kind_is_a_user_error() =>
        Assert.Equal(
            "unknown advantage 'stdd'; did you mean 'std'?",
            Assert.Throws<UserErrorException>(() => GroupAdvantage.Of([1, 0], "stdd")).Message
        );

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-12;
}
