using CsCheck;
using SkillFactory.Core.Advantages;
using SkillFactory.Core.Tests.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tests.Advantages;

public class GrpoStepPlanTests
{
    private static readonly Gen<ScoredGroup[]> Groups = (
        from size in Gen.Int[1, 6]
        from outcomes in Gen.Enum<Outcome>().Array[size]
        from lengths in Gen.Int[1, 50].Array[size]
        select new ScoredGroup("p", [.. outcomes.Select(ScoredGroup.Reward)], lengths, outcomes)
    ).Array[1, 12];

    [Fact]
    public void A_plan_matches_a_manual_calculation()
    {
        ScoredGroup[] groups =
        [
            new("a", [1, 0], [3, 5], [Outcome.Correct, Outcome.Truncated]),
            new("dead", [0, 0], [7, 7], [Outcome.Truncated, Outcome.Wrong]),
            new("b", [0, 1, 0, 0], [9, 2, 4, 4], [Outcome.Unscored, Outcome.Correct, Outcome.Wrong, Outcome.Unparseable]),
        ];
        var plan = GrpoStepPlan.Of(groups, "centred", 2);
        Assert.Equal(2, plan.MiniBatches.Count);
        Assert.Equal([new GrpoSample(0, 0, 0.5, 3), new GrpoSample(0, 1, -0.5, 5)], plan.MiniBatches[0].Samples);
        Assert.Equal(8, plan.MiniBatches[0].Tokens);
        Assert.Equal(
            [new GrpoSample(2, 0, -0.25, 9), new(2, 1, 0.75, 2), new(2, 2, -0.25, 4), new(2, 3, -0.25, 4)],
            plan.MiniBatches[1].Samples
        );
        Assert.Equal(19, plan.MiniBatches[1].Tokens);

        var values = plan.Statistics.ToValues();
        Assert.Equal(2.0 / 8, values["reward"], 12);
        Assert.Equal((Math.Sqrt(0.5) + 0.5) / 3, values["reward_std"], 12);
        Assert.Equal(1.0 / 3, values["frac_reward_zero_std"], 12);
        Assert.Equal(41.0 / 8, values["completions/mean_length"], 12);
        Assert.Equal(2, values["completions/min_length"]);
        Assert.Equal(9, values["completions/max_length"]);
        Assert.Equal(2.0 / 8, values["completions/clipped_ratio"], 12);
        Assert.Equal(29.0 / 6, values["completions/mean_terminated_length"], 12);
        Assert.Equal(1.0 / 8, values["completions/unscored_ratio"], 12);
        Assert.Equal(41, values["tokens"]);
    }

    [Fact]
    public void Mini_batches_are_whole_groups_in_order_and_balanced() =>
        Gen.Select(Groups, Gen.Int[1, 8])
            .Sample(
                (groups, updates) =>
                {
                    var plan = GrpoStepPlan.Of(groups, "std", updates);
                    var alive = Enumerable.Range(0, groups.Length).Where(i => groups[i].Rewards.Distinct().Count() > 1).ToList();
                    Assert.Equal(Math.Min(updates, alive.Count), plan.MiniBatches.Count);

                    // Every response of every group with a gradient occurs once, in order.
                    var expected = alive.SelectMany(g => Enumerable.Range(0, groups[g].Rewards.Count).Select(s => (g, s)));
                    Assert.Equal(expected, plan.MiniBatches.SelectMany(b => b.Samples).Select(s => (s.Group, s.Sample)));

                    // No group is split, and the numbers of groups per mini-batch differ by at most one.
                    var groupsOf = plan.MiniBatches.Select(b => b.Samples.Select(s => s.Group).Distinct().ToList()).ToList();
                    Assert.Equal(alive.Count, groupsOf.Sum(g => g.Count));
                    Assert.True(groupsOf.Count == 0 || groupsOf.Max(g => g.Count) - groupsOf.Min(g => g.Count) <= 1);
                    Assert.All(plan.MiniBatches, b => Assert.Equal(b.Samples.Sum(s => groups[s.Group].Lengths[s.Sample]), b.Tokens));
                }
            );

    /// <summary>With a loss of 1 per token, the parts of any split of a mini-batch add up to 1.</summary>
    [Fact]
    public void The_denominator_makes_splits_of_a_mini_batch_add_up() =>
        Gen.Select(Groups, Gen.Int[1, 4])
            .Sample(
                (groups, parts) =>
                {
                    foreach (var batch in GrpoStepPlan.Of(groups, "std", 1).MiniBatches)
                    {
                        var sum = batch.Samples.Chunk(parts).Sum(part => part.Sum(s => s.Length * 1.0) / batch.Tokens);
                        Assert.Equal(1, sum, 12);
                    }
                }
            );

    [Fact]
    public void A_batch_of_dead_groups_gives_no_updates() =>
        Assert.Empty(GrpoStepPlan.Of([new ScoredGroup("p", [1, 1], [3, 4], [Outcome.Correct, Outcome.Correct])], "std", 4).MiniBatches);

    [Fact]
    public void Rewards_depend_on_outcomes()
    {
        var rollouts = Enum.GetValues<Outcome>().Select((o, i) => TraceFixture.Attempt("q", i, o)).ToList();
        var group = ScoredGroup.Of(rollouts);
        Assert.Equal([1, 0, 0, 0, 0], group.Rewards);
        Assert.Equal(Enum.GetValues<Outcome>(), group.Outcomes);
        Assert.All(group.Lengths, l => Assert.Equal(10, l));
        Assert.Throws<ArgumentException>(() => ScoredGroup.Of([rollouts[0], TraceFixture.Attempt("other", 0, Outcome.Correct)]));
        Assert.Throws<ArgumentException>(() => ScoredGroup.Of([]));
        Assert.Throws<ArgumentException>(() => GrpoStepPlan.Of([], "std", 1));
    }
}
