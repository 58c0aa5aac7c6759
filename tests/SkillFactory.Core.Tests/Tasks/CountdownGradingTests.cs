using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks;

public sealed class CountdownGradingTests
{
    private const string All = "8 6 4 = 44 exactly_once"; // 8*6-4
    private const string Some = "8 6 4 = 48"; // 8*6

    [Fact]
    public void Hostile_text_is_rejected_cheaply()
    {
        string[] hostile =
        [
            new string('(', 2000) + "8" + new string(')', 2000),
            new string('(', 4_000_000),
            new string('9', 4000),
            string.Join('*', Enumerable.Repeat("9999999999999999999999999999999999999999", 90)),
            string.Concat(Enumerable.Repeat("8*6=48;", 580)),
            string.Concat(Enumerable.Repeat("step1:", 600)),
            new string('=', 4000),
        ];
        Assert.All(hostile, answer => Assert.NotEqual(Outcome.Correct, Grade(All, answer).Outcome));
        Assert.Equal(Outcome.Unparseable, Respond(All, string.Concat(Enumerable.Repeat("<answer>", 50_000))).Outcome);
    }

    [Fact]
    public void Parentheses_up_to_the_limit_are_read()
    {
        Assert.Equal(Outcome.Correct, Grade(All, new string('(', 60) + "8*6-4" + new string(')', 60)).Outcome);
        Assert.Equal(Outcome.Unparseable, Grade(All, new string('(', 70) + "8*6-4" + new string(')', 70)).Outcome);
    }

    [Theory]
    [InlineData("<answer>8*6</answer> no: <answer>8*6-4</answer>", Outcome.Correct)]
    [InlineData("<answer>8*6-4</answer> no: <answer>8*6</answer>", Outcome.Wrong)]
    [InlineData("<answer>8*6-4</answer> then <answer>", Outcome.Correct)]
    [InlineData("<answer><answer>8*6-4</answer>", Outcome.Correct)]
    [InlineData("<answer>8*6 <answer>8*6-4</answer></answer>", Outcome.Correct)]
    [InlineData("<answer>\n8*6-4\n</answer>", Outcome.Correct)]
    [InlineData("<answer></answer>", Outcome.Unparseable)]
    [InlineData("<answer>8*6-4</answer><answer></answer>", Outcome.Unparseable)]
    [InlineData("8*6-4", Outcome.Unparseable)]
    [InlineData("<answer>8*6-4", Outcome.Unparseable)]
    [InlineData("", Outcome.Unparseable)]
    public void The_last_span_counts(string response, Outcome expected) => Assert.Equal(expected, Respond(All, response).Outcome);

    [Fact]
    public void A_truncated_response_is_truncated_even_with_a_right_answer()
    {
        var grade = Respond(All, "<answer>8*6-4</answer>", truncated: true);
        Assert.Equal((Outcome.Truncated, null), (grade.Outcome, grade.Extracted));
    }

    [Fact]
    public void The_extracted_answer_is_kept_as_written() =>
        Assert.Equal("8 × 6 − 4", Respond(All, "so <answer> 8 × 6 − 4\n</answer>").Extracted);

    [Theory]
    [InlineData("")]
    [InlineData("8 6 4")]
    [InlineData("8 6 4 =")]
    [InlineData("= 38")]
    [InlineData("8 six 4 = 38")]
    [InlineData("8 -6 4 = 38")]
    [InlineData("8  6 = 38")]
    [InlineData("8 6 4 = 38 once")]
    [InlineData("8 6 4 = 38 exactly_once +-^")]
    [InlineData("8 6 4 = 38 +- exactly_once")]
    [InlineData("8 6 4 = 38 exactly_once +- more")]
    public void An_invalid_gold_is_a_user_error(string gold)
    {
        var error = Assert.Throws<UserErrorException>(() => TaskRegistry.Get("countdown").Validate(Question(gold)));
        Assert.Contains("countdown/3/test", error.Message, StringComparison.Ordinal);
        Assert.Throws<UserErrorException>(() => Grade(gold, "8*6"));
    }

    internal static Grade Grade(string gold, string answer) => Respond(gold, $"<answer>{answer}</answer>");

    private static Grade Respond(string gold, string response, bool truncated = false) =>
        TaskRegistry.Get("countdown").Grade(Question(gold), response, truncated);

    private static Question Question(string gold) => new("countdown/3/test", "countdown", "3", "", gold);
}
