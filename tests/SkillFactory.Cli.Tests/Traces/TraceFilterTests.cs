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
    public void Each_condition_restricts_the_rows()
    {
        Assert.True(Any.Matches(Row));
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
            ).Matches(Row)
        );
        Assert.False((Any with { Seed = 2 }).Matches(Row));
        Assert.False((Any with { Arm = "rl" }).Matches(Row));
        Assert.False((Any with { Stage = "grpo" }).Matches(Row));
        Assert.False((Any with { Checkpoint = "grpo" }).Matches(Row));
        Assert.False((Any with { Outcome = Outcome.Correct }).Matches(Row));
        Assert.False((Any with { Contains = "think" }).Matches(Row));
        Assert.False((Any with { Id = "countdown/4" }).Matches(Row));
    }

    [Fact]
    public void An_unknown_name_is_an_error_with_a_suggestion()
    {
        (long, string, string)[] known = [(1, "skillfactory", "evaluate"), (3, "rl-only", "grpo")];
        Assert.Contains("'rl-only'", (Any with { Arm = "rlonly" }).UnknownName(known)!.Message, StringComparison.Ordinal);
        Assert.Contains("'evaluate'", (Any with { Stage = "evaluat" }).UnknownName(known)!.Message, StringComparison.Ordinal);
        Assert.Contains("1, 3", (Any with { Seed = 2 }).UnknownName(known)!.Message, StringComparison.Ordinal);
        Assert.Null((Any with { Outcome = Outcome.Unscored }).UnknownName(known));
    }
}
