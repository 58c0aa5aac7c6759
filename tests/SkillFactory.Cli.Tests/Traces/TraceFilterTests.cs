using SkillFactory.Cli.Traces;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Tests.Traces;

public class TraceFilterTests
{
    private static readonly TraceFilter Any = new(null, null, null, null, null, null, null);
    private static readonly ShownResponse Row = new(
        "countdown/3/ab#2",
        1,
        "full",
        "evaluate",
        "sft",
        "Reach 3.",
        "1 2 = 3",
        "<answer>1 + 2</answer>",
        Outcome.Wrong,
        "1 + 2",
        "",
        9
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
        (long, string, string, string)[] known = [(1, "skillfactory", "evaluate", "sft"), (3, "rl-only", "grpo", "")];
        Assert.Contains("'rl-only'", (Any with { Arm = "rlonly" }).UnknownName(known)!.Message, StringComparison.Ordinal);
        Assert.Contains("'evaluate'", (Any with { Stage = "evaluat" }).UnknownName(known)!.Message, StringComparison.Ordinal);
        Assert.Contains("did you mean 'sft'?", (Any with { Checkpoint = "sftt" }).UnknownName(known)!.Message, StringComparison.Ordinal);
        Assert.Contains("1, 3", (Any with { Seed = 2 }).UnknownName(known)!.Message, StringComparison.Ordinal);
        Assert.Contains("'traces'", (Any with { Stage = "trace" }).UnknownName(known)!.Message, StringComparison.Ordinal);
        Assert.Null((Any with { Outcome = Outcome.Unscored }).UnknownName(known));
    }

    [Fact]
    public void Conditions_that_no_trace_meets_are_errors()
    {
        (Any with { Stage = "traces", Arm = "full", Contains = "x" }).RequireEffect();
        (Any with { Stage = "evaluate", Outcome = Outcome.Wrong, Checkpoint = "sft" }).RequireEffect();
        Assert.Equal(
            "--outcome has no effect with --stage traces: a trace has no outcome",
            Assert.Throws<UserErrorException>((Any with { Stage = "traces", Outcome = Outcome.Wrong }).RequireEffect).Message
        );
        Assert.Throws<UserErrorException>((Any with { Stage = "given", Checkpoint = "sft" }).RequireEffect);
    }
}
