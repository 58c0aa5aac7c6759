using CsCheck;
using SkillFactory.Core.Advantages;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Advantages;

public class GroupAdvantageTests
{
    /// <summary>Multiples of 1/8 from −2 to 2, whose sums are exact.</summary>
    private static readonly Gen<double[]> Rewards = Gen.Int[-16, 16].Select(i => i / 8.0).Array[0, 16];

    /// <summary>One correct response of four: mean 1/4, unbiased variance (9/16 + 3/16) / 3 = 1/4, std 1/2.</summary>
    [Fact]
    public void Std_advantages_match_a_manual_calculation()
    {
        var advantages = GroupAdvantage.Of([1, 0, 0, 0], "std");
        Assert.Equal(0.75 / 0.500001, advantages[0], 12);
        Assert.All(advantages[1..], a => Assert.Equal(-0.25 / 0.500001, a, 12));
    }

    /// <summary>0, 0.1, 1: mean 11/30; deviations −11/30, −8/30, 19/30; variance (121 + 64 + 361) / 900 / 2 = 546 / 1800.</summary>
    [Fact]
    public void Std_advantages_of_three_values_match_a_manual_calculation()
    {
        var std = Math.Sqrt(546.0 / 1800);
        var advantages = GroupAdvantage.Of([0, 0.1, 1], "std");
        Assert.Equal([-11.0 / 30 / (std + 1e-6), -8.0 / 30 / (std + 1e-6), 19.0 / 30 / (std + 1e-6)], advantages.Select(a => a), Near);
    }

    [Fact]
    public void Centred_advantages_match_a_manual_calculation() =>
        Assert.Equal([0.75, -0.25, -0.25, -0.25], GroupAdvantage.Of([1, 0, 0, 0], "centred").Select(a => a), Near);

    /// <summary>The others' means: 0, 1/3, 1/3, 1/3.</summary>
    [Fact]
    public void Leave_one_out_advantages_match_a_manual_calculation()
    {
        Assert.Equal([1, -1.0 / 3, -1.0 / 3, -1.0 / 3], GroupAdvantage.Of([1, 0, 0, 0], "leave_one_out").Select(a => a), Near);
        Assert.Equal([1, -1], GroupAdvantage.Of([1, 0], "leave_one_out"));
    }

    [Fact]
    public void Leave_one_out_advantages_are_the_centred_ones_times_n_by_n_minus_1() =>
        Rewards.Sample(rewards =>
        {
            var factor = rewards.Length / (rewards.Length - 1.0);
            var pairs = GroupAdvantage.Of(rewards, "leave_one_out").Zip(GroupAdvantage.Of(rewards, "centred"));
            Assert.All(pairs, p => Assert.Equal(p.Second == 0 ? 0 : factor * p.Second, p.First, tolerance: 1e-12));
        });

    /// <summary>In floating point the mean of sixteen times 0.1 is not 0.1, so the deviation is above zero.</summary>
    [Fact]
    public void Dead_groups_are_detected_by_equality_of_rewards_not_by_their_deviation()
    {
        double[] tenths = [.. Enumerable.Repeat(0.1, 16)];
        Assert.True(GroupAdvantage.IsDead(tenths));
        Assert.All(GroupAdvantage.Of(tenths, "std"), a => Assert.Equal(0, a));
        Assert.False(GroupAdvantage.IsDead([0.1, Math.BitIncrement(0.1)]));
        Assert.True(GroupAdvantage.IsDead([1]));
        Assert.True(GroupAdvantage.IsDead([]));
    }

    [Fact]
    public void Advantages_sum_to_zero_and_keep_the_order_of_rewards() =>
        Rewards.Sample(rewards =>
        {
            foreach (var kind in new[] { "std", "centred", "leave_one_out" })
            {
                var advantages = GroupAdvantage.Of(rewards, kind);
                Assert.Equal(rewards.Length, advantages.Length);
                Assert.Equal(0, advantages.Sum(), tolerance: 1e-9);
                for (var i = 0; i < rewards.Length; i++)
                {
                    for (var j = 0; j < rewards.Length; j++)
                    {
                        Assert.Equal(rewards[i].CompareTo(rewards[j]), advantages[i].CompareTo(advantages[j]));
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
                    var plain = GroupAdvantage.Of([.. bits.Select(b => (double)b)], "std");
                    var moved = GroupAdvantage.Of([.. bits.Select(b => (b * scale) + shift)], "std");
                    Assert.All(plain.Zip(moved), p => Assert.Equal(p.First, p.Second, tolerance: 1e-4));
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
