using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks;

public sealed class CountdownGradingTests
{
    private const string All = "8 6 4 = 44 exactly_once"; // 8*6-4
    private const string Some = "8 6 4 = 48"; // 8*6

    [Theory]
    [InlineData(All, "8*6-4")]
    [InlineData(All, "(8 * 6) - 4 = 44")]
    [InlineData(All, "8*6=48;48-4=44")]
    [InlineData(All, "8*6=48; 48-4=44;")]
    [InlineData(All, "8*6=48, 48-4=44")]
    [InlineData(All, "Step 1: 8 * 6 = 48\nStep 2: 48 - 4 = 44")]
    [InlineData(All, "\n  Step 1: 8 * 6 = 48\r\n\r\n  STEP 2: 48 - 4 = 44.\n")]
    [InlineData(All, "Step 1: 8*6=48 Step 2: 48-4=44")]
    [InlineData(All, "8 × 6 − 4 = 44")]
    [InlineData(All, "8·6–4")]
    [InlineData(All, "8 x 6 - 4")]
    [InlineData(All, "$8 \\times 6 - 4 = 44$")]
    [InlineData(All, "\\( 8 \\cdot 6 - 4 \\)")]
    [InlineData(All, "$$\\left(8 \\times 6\\right) - 4$$")]
    [InlineData(All, "Step 1: $8 \\times 6 = 48$\nStep 2: `48 - 4 = 44`")]
    [InlineData(All, "```\n8*6-4\n```")]
    [InlineData(All, "8*6\n-4 = 44")]
    [InlineData(All, "8\u00a0*\u00a06-4")]
    [InlineData("12 6 4 = 8 exactly_once", "\\frac{12}{6} \\times 4")]
    [InlineData("12 6 4 = 2 exactly_once", "\\( \\dfrac{12}{6} = 2, 4 - 2 = 2 \\)")]
    [InlineData(Some, "8*6")]
    [InlineData(Some, "8*6=48")]
    [InlineData("8 6 4 = 2", "8-6")]
    [InlineData("6 4 3 = 2 exactly_once", "6/3=2;4-2=2")]
    [InlineData("12 6 4 = 8 exactly_once", "12/(6/4)")]
    [InlineData("12 6 4 = 8 exactly_once", "12 ÷ (6 ÷ 4) = 8")]
    [InlineData("12 6 4 = 8 exactly_once", "12 \\div (6/4)")]
    [InlineData("4 6 8 = 6 exactly_once", "4-6=-2;-2+8=6")]
    [InlineData("4 6 8 = 6 exactly_once", "4-6=-2;8+(-2)=6")]
    [InlineData("600 700 5 = 1305", "600+700=1,300;1,300+5=1,305")]
    [InlineData("7 7 1 = 50 exactly_once", "7*7+1")]
    public void Correct_answers_are_accepted(string gold, string answer) =>
        Assert.Equal((Outcome.Correct, ""), (Grade(gold, answer).Outcome, Grade(gold, answer).Reason));

    [Theory]
    [InlineData(All, "8*6-4 = 45", "is 44, not 45")]
    [InlineData(All, "8*6+4 = 44", "is 52, not 44")]
    [InlineData(All, "8*6+4", "52, the target is 44")]
    [InlineData(All, "8*6=47;47-4=43", "step 1: the result is 48, not 47")]
    [InlineData(All, "8*6=48;48-4=38", "step 2: the result is 44")]
    [InlineData(All, "8*6=48;50-6=44", "step 2: 50 is not available")]
    [InlineData(All, "8*6=48;48-4=44;44+0=44", "step 3: 0 is not available")]
    [InlineData("8 6 4 = 38 exactly_once", "8*6=48;48-4=38", "step 2")]
    [InlineData("8 6 4 = 48 exactly_once", "8*6", "4 is not used")]
    [InlineData("8 6 4 = 8 exactly_once", "8", "6, 4 are not used")]
    [InlineData("8 6 4 = 48 exactly_once", "8*6=48", "4 is not used")]
    [InlineData("8 6 4 = 4 exactly_once", "8*6=48;4=4", "48 is not used")]
    [InlineData(Some, "8+8*6-8", "8 is used more often than given")]
    [InlineData(Some, "4*12", "12 is not available")]
    [InlineData(Some, "48", "48 is not available")]
    [InlineData(Some, "8*6=48;8*6=48", "step 2: 8 is used more often")]
    [InlineData(Some, "8/(6-6)", "division by zero")]
    [InlineData(Some, "8/(4-4)", "division by zero")]
    [InlineData("4 4 8 = 8", "8/(4-4)", "division by zero")]
    [InlineData("8 6 4 = 3 exactly_once +-*", "6/(8/4)", "operator / is not allowed")]
    [InlineData("9 4 2 = 2", "9/4", "9/4, the target is 2")]
    [InlineData(All, "4-8=-4;(-4)+48=44", "step 2: 48 is not available")]
    public void Wrong_answers_report_what_failed(string gold, string answer, string reason)
    {
        var grade = Grade(gold, answer);
        Assert.Equal(Outcome.Wrong, grade.Outcome);
        Assert.Contains(reason, grade.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n ")]
    [InlineData(";;")]
    [InlineData("I give up")]
    [InlineData("8**6")]
    [InlineData("8^6")]
    [InlineData("8//6")]
    [InlineData("8.0*6-4")]
    [InlineData("8*6-4=44.0")]
    [InlineData("08*6-4")]
    [InlineData("-8*6")]
    [InlineData("-4+8*6")]
    [InlineData("8*-6")]
    [InlineData("+8*6")]
    [InlineData("8--6")]
    [InlineData("8(6)-4")]
    [InlineData("8 6")]
    [InlineData("(8*6")]
    [InlineData("8*6)")]
    [InlineData("()")]
    [InlineData("8*")]
    [InlineData("8!*6")]
    [InlineData("1e3")]
    [InlineData("٨*6-4")]
    [InlineData("8*6=48-4=44")]
    [InlineData("44=8*6-4;")]
    [InlineData("8*6;48-4")]
    [InlineData("8*6=48;so 44")]
    [InlineData("__import__('os')")]
    public void Text_that_is_not_an_answer_is_unparseable(string answer) => Assert.Equal(Outcome.Unparseable, Grade(All, answer).Outcome);

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
