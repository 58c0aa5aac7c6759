using SkillFactory.Core.Advantages;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tests.Advantages;

public class CreditTests
{
    private static readonly CreditSettings Both = new()
    {
        Response = 1,
        Attempt = 0.5,
        Verdict = 2,
    };

    /// <summary>"7" is correct, "?" cannot be graded, and everything else is wrong.</summary>
    private static Grade Grade(string attempt) =>
        new(
            attempt.Contains('?') ? Outcome.Unscored
                : attempt.Contains('7') ? Outcome.Correct
                : Outcome.Wrong,
            null,
            ""
        );

    private static IReadOnlyList<CreditedBlock> Read(string response, bool truncated = false) =>
        CreditedBlock.Of(ResponseTrace.Parse(response, truncated), Grade, characters => characters);

    [Fact]
    public void Blocks_hold_what_was_right_and_its_token_range()
    {
        const string Response =
            "<think><sample>5</sample><reflect>so<verdict>Incorrect</verdict></reflect>"
            + "<sample>7</sample><reflect><verdict>Incorrect</verdict></reflect>"
            + "<sample>?</sample><reflect><verdict>Correct</verdict></reflect></think>";
        var blocks = Read(Response);
        Assert.Equal([false, true, false, true, false, true], blocks.Select(b => b.IsReflection));
        Assert.Equal([false, true, true, false, false, null], blocks.Select(b => b.IsRight));
        Assert.Equal(["5", "so<verdict>Incorrect</verdict>", "7"], blocks.Take(3).Select(b => Response[b.Start..b.End]));
    }

    [Fact]
    public void A_repeated_reflection_gets_no_credit_and_a_truncated_attempt_is_wrong()
    {
        var blocks = Read(
            "<sample>7</sample><reflect><verdict>Correct</verdict></reflect><reflect><verdict>Correct</verdict></reflect><sample>7",
            truncated: true
        );
        Assert.Equal([true, true, null, false], blocks.Select(b => b.IsRight));
    }

    [Fact]
    public void A_plain_answer_has_no_blocks() => Assert.Empty(Read("<answer>7</answer>"));

    [Fact]
    public void Every_token_gets_the_credit_of_its_block()
    {
        // Attempts: correct, wrong, wrong (mean 1/3); verdicts: correct, wrong, correct (mean 2/3). The last response has no blocks.
        var group = new ScoredGroup("p", [1, 0, 0], [6, 4, 3], [Outcome.Correct, Outcome.Wrong, Outcome.Wrong])
        {
            Blocks =
            [
                [new(false, 0, 2, true), new(true, 3, 5, true)],
                [new(false, 0, 1, false), new(true, 1, 2, false), new(false, 2, 3, false), new(true, 3, 4, true)],
                [],
            ],
        };
        var plan = GrpoStepPlan.Of([group], With(Both) with { Advantage = "centred" });
        var (attemptStd, verdictStd) = (Math.Sqrt(1.0 / 3), Math.Sqrt(1.0 / 3));
        var (right, wrong) = (0.5 * (2.0 / 3) / attemptStd, 0.5 * (-1.0 / 3) / attemptStd);
        var (honest, wrongVerdict) = (2 * (1.0 / 3) / verdictStd, 2 * (-2.0 / 3) / verdictStd);
        double[][] expected =
        [
            [(2.0 / 3) + right, (2.0 / 3) + right, 2.0 / 3, (2.0 / 3) + honest, (2.0 / 3) + honest, 2.0 / 3],
            [(-1.0 / 3) + wrong, (-1.0 / 3) + wrongVerdict, (-1.0 / 3) + wrong, (-1.0 / 3) + honest],
            [-1.0 / 3, -1.0 / 3, -1.0 / 3],
        ];
        var samples = Assert.Single(plan.MiniBatches).Samples;
        foreach (var (sample, tokens) in samples.Zip(expected))
        {
            Assert.Equal(tokens.Length, sample.TokenAdvantages().Length);
            Assert.All(sample.TokenAdvantages().Zip(tokens), p => Assert.Equal(p.Second, p.First, 1e-5));
        }
    }

    [Fact]
    public void Groups_of_equal_rewards_get_gradients_from_block_credit_only()
    {
        var mixed = new ScoredGroup("p", [0, 0], [4, 4], [Outcome.Wrong, Outcome.Wrong])
        {
            Blocks =
            [
                [new(true, 0, 2, true)],
                [new(true, 0, 2, false)],
            ],
        };
        var even = mixed with
        {
            Blocks =
            [
                [new(true, 0, 2, true)],
                [new(true, 0, 2, true)],
            ],
        };
        Assert.True(GrpoStepPlan.HasGradient(mixed, With(Both)));
        Assert.False(GrpoStepPlan.HasGradient(mixed, With(null)));
        Assert.False(GrpoStepPlan.HasGradient(mixed, With(Both with { Verdict = 0 })));
        Assert.False(GrpoStepPlan.HasGradient(even, With(Both)));
        Assert.False(GrpoStepPlan.HasGradient(even with { Rewards = [1, 0] }, With(Both with { Response = 0 })));
        Assert.All(Assert.Single(GrpoStepPlan.Of([mixed], With(Both)).MiniBatches).Samples, s => Assert.Equal(0, s.Advantage));
    }

    [Fact]
    public void Training_uses_at_most_the_requested_number_of_groups()
    {
        var alive = new ScoredGroup("p", [1, 0], [2, 2], [Outcome.Correct, Outcome.Wrong]);
        var dead = alive with { Rewards = [1, 1] };
        var plan = GrpoStepPlan.Of([dead, alive, alive, alive], new GrpoSettings { PromptsPerStep = 2 });
        Assert.Equal([1, 1, 2, 2], Assert.Single(plan.MiniBatches).Samples.Select(s => s.Group));
        Assert.Equal(0.625, plan.Statistics.Reward);
    }

    [Fact]
    public void The_verdict_bonus_is_the_share_of_correct_verdicts()
    {
        var group = new ScoredGroup("p", [1, 0, 0], [4, 4, 4], [Outcome.Correct, Outcome.Wrong, Outcome.Wrong])
        {
            Blocks =
            [
                [new(false, 0, 1, true), new(true, 1, 2, true), new(true, 2, 3, false), new(true, 3, 4, null)],
                [],
                [new(true, 0, 1, true)],
            ],
        };
        Assert.Equal([1.1, 0, 0.2], group.WithVerdictReward(0.2).Rewards);
        Assert.Throws<InvalidOperationException>(() => (group with { Blocks = null }).WithVerdictReward(0.2));
    }

    private static GrpoSettings With(CreditSettings? credit) => new() { Credit = credit };
}
