using SkillFactory.Cli.Traces;
using SkillFactory.Core.Sampling;
using SkillFactory.Data.Rollouts;
using SkillFactory.Grading;

namespace SkillFactory.Cli.Tests.Traces;

public class TraceFilterTests
{
    private static readonly TraceFilter Any = new(null, null, null, null, null, null, null);
    private static readonly RolloutRow Row = new(
        "demo-12345678",
        1,
        "full",
        "evaluate",
        "sft",
        null,
        new Rollout
        {
            Id = "countdown/3/ab#2",
            PromptId = "countdown/3/ab",
            QuestionId = "countdown/3/ab",
            Task = "countdown",
            Level = "3",
            Variant = "original",
            SampleIndex = 2,
            Response = "<answer>1 + 2</answer>",
            Outcome = Outcome.Wrong,
            TokenCount = 9,
            PromptTokenCount = 7,
            LogProb = -1,
            MeanEntropy = 0.1,
            WeightsVersion = 0,
        }
    );

    [Fact]
    public void Each_condition_narrows()
    {
        Assert.True(Any.Fits(Row));
        Assert.True(
            (
                Any with
                {
                    Seed = 1,
                    Arm = "full",
                    Stage = "evaluate",
                    Checkpoint = "sft",
                    Outcome = Outcome.Wrong,
                    Contains = "1 + 2</ANSWER",
                    Id = "countdown/3",
                }
            ).Fits(Row)
        );
        Assert.False((Any with { Seed = 2 }).Fits(Row));
        Assert.False((Any with { Arm = "rl" }).Fits(Row));
        Assert.False((Any with { Stage = "grpo" }).Fits(Row));
        Assert.False((Any with { Checkpoint = "grpo" }).Fits(Row));
        Assert.False((Any with { Outcome = Outcome.Correct }).Fits(Row));
        Assert.False((Any with { Contains = "think" }).Fits(Row));
        Assert.False((Any with { Id = "countdown/4" }).Fits(Row));
    }

    [Fact]
    public void A_name_that_nothing_has_is_an_error_with_the_nearest_one()
    {
        (long, string, string)[] known = [(1, "skillfactory", "evaluate"), (3, "rl-only", "grpo")];
        Assert.Contains("'rl-only'", (Any with { Arm = "rlonly" }).WhyNothing(known)!.Message, StringComparison.Ordinal);
        Assert.Contains("'evaluate'", (Any with { Stage = "evaluat" }).WhyNothing(known)!.Message, StringComparison.Ordinal);
        Assert.Contains("1, 3", (Any with { Seed = 2 }).WhyNothing(known)!.Message, StringComparison.Ordinal);
        Assert.Null((Any with { Outcome = Outcome.Unscored }).WhyNothing(known));
    }
}
