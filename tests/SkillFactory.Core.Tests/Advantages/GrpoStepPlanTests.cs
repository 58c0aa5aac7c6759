using CsCheck;
using SkillFactory.Core.Advantages;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
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
        var plan = GrpoStepPlan.Of(groups, new GrpoSettings { Advantage = "centred", UpdatesPerStep = 2 });
        Assert.Equal(2, plan.MiniBatches.Count);
        Assert.Equal([new GrpoSample(0, 0, 0.5, 3), new GrpoSample(0, 1, -0.5, 5)], plan.MiniBatches[0].Samples);
        Assert.Equal(8, plan.MiniBatches[0].Denominator);
        Assert.Equal(
            [new GrpoSample(2, 0, -0.25, 9), new(2, 1, 0.75, 2), new(2, 2, -0.25, 4), new(2, 3, -0.25, 4)],
            plan.MiniBatches[1].Samples
        );
        Assert.Equal(19, plan.MiniBatches[1].Denominator);

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
                    var plan = GrpoStepPlan.Of(groups, new GrpoSettings { UpdatesPerStep = updates });
                    var alive = Enumerable.Range(0, groups.Length).Where(i => groups[i].Rewards.Distinct().Count() > 1).ToList();
                    Assert.Equal(Math.Min(updates, alive.Count), plan.MiniBatches.Count);

                    // Every response of every group with a gradient occurs once, in order.
                    var expected = alive.SelectMany(g => Enumerable.Range(0, groups[g].Rewards.Count).Select(s => (g, s)));
                    Assert.Equal(expected, plan.MiniBatches.SelectMany(b => b.Samples).Select(s => (s.Group, s.Sample)));

                    // No group is split, and the numbers of groups per mini-batch differ by at most one.
                    var groupsOf = plan.MiniBatches.Select(b => b.Samples.Select(s => s.Group).Distinct().ToList()).ToList();
                    Assert.Equal(alive.Count, groupsOf.Sum(g => g.Count));
                    Assert.True(groupsOf.Count == 0 || groupsOf.Max(g => g.Count) - groupsOf.Min(g => g.Count) <= 1);
                    Assert.All(plan.MiniBatches, b => Assert.Equal(b.Samples.Sum(s => groups[s.Group].Lengths[s.Sample]), b.Denominator));
                }
            );

    /// <summary>With a loss of 1 per token, the parts of any split of a mini-batch add up to 1.</summary>
    [Fact]
    public void The_denominator_makes_splits_of_a_mini_batch_add_up() =>
        Gen.Select(Groups, Gen.Int[1, 4])
            .Sample(
                (groups, parts) =>
                {
                    foreach (var batch in GrpoStepPlan.Of(groups, new GrpoSettings()).MiniBatches)
                    {
                        var sum = batch.Samples.Chunk(parts).Sum(part => part.Sum(s => s.Length * 1.0) / batch.Denominator);
                        Assert.Equal(1, sum, 12);
                    }
                }
            );

    [Fact]
    public void A_batch_of_dead_groups_gives_no_updates() =>
        Assert.Empty(
            GrpoStepPlan
                .Of([new ScoredGroup("p", [1, 1], [3, 4], [Outcome.Correct, Outcome.Correct])], new GrpoSettings { UpdatesPerStep = 4 })
                .MiniBatches
        );

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
        Assert.Throws<ArgumentException>(() => GrpoStepPlan.Of([], new GrpoSettings()));
    }

    /// <summary>Lengths 3 and 5, and 9, 2, 4, 4.</summary>
    [Theory]
    [InlineData("tokens", 8, 19)]
    [InlineData("sequences", 2, 4)]
    [InlineData("length", 2 * 64, 4 * 64)]
    public void The_denominator_follows_the_aggregation(string aggregation, double first, double second)
    {
        ScoredGroup[] groups =
        [
            new("a", [1, 0], [3, 5], [Outcome.Correct, Outcome.Wrong]),
            new("b", [0, 1, 0, 0], [9, 2, 4, 4], [Outcome.Wrong, Outcome.Correct, Outcome.Wrong, Outcome.Wrong]),
        ];
        var settings = new GrpoSettings
        {
            Aggregation = aggregation,
            UpdatesPerStep = 2,
            Decoding = new Decoding { MaxNewTokens = 64 },
        };
        Assert.Equal([first, second], GrpoStepPlan.Of(groups, settings).MiniBatches.Select(b => b.Denominator));
    }

    [Theory]
    [InlineData("tokens", 3 + 4)]
    [InlineData("sequences", 2)]
    [InlineData("length", 2 * 9)]
    public void A_truncated_response_that_is_skipped_counts_in_its_groups_mean_only(string aggregation, double denominator)
    {
        var group = new ScoredGroup("a", [1, 0, 0.5], [3, 9, 4], [Outcome.Correct, Outcome.Truncated, Outcome.Wrong]);
        var settings = new GrpoSettings
        {
            Advantage = "centred",
            Aggregation = aggregation,
            SkipTruncated = true,
            Decoding = new Decoding { MaxNewTokens = 9 },
        };
        var batch = Assert.Single(GrpoStepPlan.Of([group], settings).MiniBatches);
        Assert.Equal([new GrpoSample(0, 0, 0.5, 3), new GrpoSample(0, 2, 0, 4)], batch.Samples);
        Assert.Equal(denominator, batch.Denominator);
    }

    [Fact]
    public void A_group_whose_only_advantages_are_those_of_skipped_responses_is_dead()
    {
        var settings = new GrpoSettings { SkipTruncated = true };
        var penalised = new ScoredGroup("a", [-0.5, -0.3], [9, 9], [Outcome.Truncated, Outcome.Truncated]);
        var middle = new ScoredGroup("b", [1, 0, 0.5], [9, 9, 4], [Outcome.Truncated, Outcome.Truncated, Outcome.Wrong]);
        Assert.Empty(GrpoStepPlan.Of([penalised, middle], settings).MiniBatches);
        Assert.Equal([0, 1], GrpoStepPlan.Trained([penalised, middle], new GrpoSettings()));
    }

    /// <summary>Rewards 1, 0, 0 less penalties of 0.1, 0.4, −0.2: 0.9, −0.4, 0.2 with the mean 7/30.</summary>
    [Fact]
    public void A_KL_penalty_is_taken_off_the_rewards_before_the_advantages()
    {
        var group = new ScoredGroup("a", [1, 0, 0], [3, 9, 4], [Outcome.Correct, Outcome.Wrong, Outcome.Wrong])
        {
            KlPenalties = [0.1, 0.4, -0.2],
        };
        var plan = GrpoStepPlan.Of([group], new GrpoSettings { Advantage = "centred" });
        double[] expected = [0.9 - (0.7 / 3), -0.4 - (0.7 / 3), 0.2 - (0.7 / 3)];
        Assert.All(Assert.Single(plan.MiniBatches).Samples.Zip(expected), p => Assert.Equal(p.Second, p.First.Advantage, 12));
        Assert.Equal(1.0 / 3, plan.Statistics.Reward, 12);
    }

    [Fact]
    public void The_KL_alone_gives_no_group_an_advantage()
    {
        var settings = new GrpoSettings { Credit = new CreditSettings { Verdict = 1 } };
        var equal = new ScoredGroup("a", [1, 1], [3, 9], [Outcome.Correct, Outcome.Correct]) { KlPenalties = [0.1, 0.4] };
        Assert.False(GrpoStepPlan.HasGradient(equal, settings));
        var credited = equal with
        {
            Blocks =
            [
                [new(true, 0, 2, true)],
                [new(true, 0, 2, false)],
            ],
        };
        Assert.All(Assert.Single(GrpoStepPlan.Of([credited], settings).MiniBatches).Samples, s => Assert.Equal(0, s.Advantage));
    }

    /// <summary>Equation 13 of DAPO with L_max = 20 and L_cache = 8, for a penalty of 1 and of 0.5.</summary>
    [Fact]
    public void The_overlong_penalty_falls_linearly_to_the_limit()
    {
        static double Dapo(int length) =>
            length <= 20 - 8 ? 0
            : length <= 20 ? (20 - 8 - length) / 8.0
            : -1;
        int[] lengths = [1, 12, 13, 16, 19, 20];
        var group = new ScoredGroup("a", [1, 1, 1, 0, 0, 0], lengths, [.. lengths.Select(_ => Outcome.Wrong)]);
        var whole = group.WithOverlongPenalty(new OverlongSettings { From = 12, Penalty = 1 }, 20);
        var half = group.WithOverlongPenalty(new OverlongSettings { From = 12 }, 20);
        Assert.Equal(group.Rewards.Zip(lengths, (r, l) => r + Dapo(l)), whole.Rewards);
        Assert.Equal(group.Rewards.Zip(lengths, (r, l) => r + (Dapo(l) / 2)), half.Rewards);
    }
}
