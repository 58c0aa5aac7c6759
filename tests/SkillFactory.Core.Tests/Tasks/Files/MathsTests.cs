using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks.Files;

public sealed class MathsTests
{
    private static readonly ITask Maths = TaskRegistry.Get("maths");

    [Fact]
    public void A_response_beyond_a_limit_is_unparseable()
    {
        string[] beyond =
        [
            new string('(', 2000) + "1" + new string(')', 2000),
            string.Concat(Enumerable.Repeat("\\frac{1}{", 300)) + "2" + new string('}', 300),
            string.Concat(Enumerable.Repeat("\\{", 200)) + "1" + string.Concat(Enumerable.Repeat("\\}", 200)),
            string.Concat(Enumerable.Repeat("\\{x|", 900)),
            string.Concat(Enumerable.Repeat("√", 4000)) + "2",
            string.Concat(Enumerable.Repeat("\\sin", 900)) + "2",
            string.Concat(Enumerable.Repeat("\\begin{matrix}", 290)),
            new string('1', 5000),
            string.Join(",", Enumerable.Range(0, 500)),
            "1/(" + string.Join("+", Enumerable.Range(2, 40).Select(i => $"\\sqrt{{{i}}}")) + ")",
            $"\\operatorname{{lcm}}({string.Join(",", Enumerable.Range(1, 60).Select(i => $"10^{{5000}}+{i}"))})",
            string.Concat(Enumerable.Repeat("\\boxed{", 500)),
        ];
        Assert.All(beyond, answer => Assert.Equal(Outcome.Unparseable, Grade("5", answer).Outcome));
    }

    [Fact]
    public void Long_text_within_the_limits_is_read()
    {
        Assert.Equal(Outcome.Wrong, Grade("5", string.Concat(Enumerable.Repeat("+1", 1500))).Outcome);
        Assert.Equal(Outcome.Wrong, Grade("5", "2^" + new string('-', 3000) + "1").Outcome);
        Assert.Equal(Outcome.Correct, Grade("5", string.Concat(Enumerable.Repeat("\\boxed{", 500)) + "5" + new string('}', 500)).Outcome);
        Assert.Equal(Outcome.Correct, Grade("5", new string(' ', 10_000) + "5" + new string('\n', 10_000)).Outcome);
    }

    [Fact]
    public void A_gold_answer_beyond_the_limits_leaves_the_response_unscored()
    {
        var grade = Grade("9^{9^{9}}", "5");
        Assert.Equal(Outcome.Unscored, grade.Outcome);
        Assert.StartsWith("the gold answer exceeds a limit of the graders", grade.Reason, StringComparison.Ordinal);
        Assert.Equal(Outcome.Correct, Grade("9^{9^{9}}", " 9^{9^{9}} ").Outcome);
    }

    [Theory]
    [InlineData("thus \\boxed{\\frac{1}{2}}", Outcome.Correct)]
    [InlineData("\\boxed{1} and then \\boxed{\\frac{1}{2}}", Outcome.Correct)]
    [InlineData("\\boxed{\\frac{1}{2}} and then \\boxed{\\frac{1}{", Outcome.Correct)] // the last box is not closed
    [InlineData("<answer>\\boxed{\\frac{1}{2}}</answer>", Outcome.Correct)]
    [InlineData("<answer>0.5</answer> \\boxed{3}", Outcome.Correct)] // the answer span counts
    [InlineData("<answer>\n  \\frac{1}{2}\n</answer>", Outcome.Correct)]
    [InlineData("<answer>3</answer><answer><answer>0.5</answer>", Outcome.Correct)]
    [InlineData("the answer is 0.5", Outcome.Unparseable)]
    public void The_answer_is_found_in_the_response(string response, Outcome expected)
    {
        Assert.Equal(expected, Maths.Grade(Question("\\frac{1}{2}"), response, truncated: false).Outcome);
        Assert.Equal(Outcome.Truncated, Maths.Grade(Question("\\frac{1}{2}"), response, truncated: true).Outcome);
    }

    [Theory]
    [InlineData("\\frac{1}{2}", "0.50")]
    [InlineData("\\sqrt{8}", "2\\sqrt{2}")]
    [InlineData("1, 2", "\\{2, 1\\}")]
    [InlineData("x = 5", "5")]
    [InlineData("(x+1)^2", "x^2+2x+1")]
    [InlineData("\\frac{x^2-1}{x-1}", "1+x")]
    [InlineData("\\frac{1}{1+\\sqrt{2}}", "\\sqrt2-1")]
    [InlineData("Yes", "\\text{yes}")]
    public void Equal_answers_have_the_same_canonical_form(string one, string other)
    {
        Assert.NotNull(Grade("7", one).Canonical);
        Assert.Equal(Grade("7", one).Canonical, Grade("7", other).Canonical);
    }

    [Theory]
    [InlineData("\\frac{1}{2")]
    [InlineData("")]
    [InlineData("\\unknown{3}")]
    [InlineData("9^{9^{9}}")]
    public void Invalid_golds_are_user_errors(string gold) =>
        Assert.Contains(
            "row 7",
            Assert.Throws<UserErrorException>(() => Maths.FromGold("row 7", "", gold)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_formats_of_public_files_are_read()
    {
        using var folder = new QuestionFolder("maths");
        var math500 = new
        {
            problem = "Convert.",
            solution = "We have \\boxed{7}.",
            answer = "\\left( 3, \\frac{\\pi}{2} \\right)",
            subject = "Precalculus",
            level = 2,
            unique_id = "test/1.json",
        };
        var math = new
        {
            problem = "Convert.",
            solution = "We get $r = 3$, so $\\boxed{\\left( 3, \\frac{\\pi}{2} \\right)}$.",
            level = "Level 2",
        };
        var aime = new
        {
            id = 60,
            problem = "Find.",
            answer = "204",
            url = "x",
        };
        var amc = new
        {
            id = 0,
            problem = "Find.",
            answer = 204.0,
        };
        Assert.Equal(
            "\\left( 3, \\frac{\\pi}{2} \\right)",
            folder.Read(("file", folder.Write("a.jsonl", math500))).Questions[0].Content.Gold
        );
        Assert.Equal("\\left( 3, \\frac{\\pi}{2} \\right)", folder.Read(("file", folder.Write("b.jsonl", math))).Questions[0].Content.Gold);
        Assert.Equal("204", folder.Read(("file", folder.Write("c.jsonl", aime))).Questions[0].Content.Gold);
        Assert.True(
            Maths
                .Grade(
                    Question(folder.Read(("file", folder.Write("d.jsonl", amc))).Questions[0].Content.Gold),
                    "<answer>204</answer>",
                    false
                )
                .IsCorrect
        );
        var bad = folder.Write("e.jsonl", new { problem = "Find.", answer = "\\frac{1}{" });
        Assert.StartsWith(
            $"{bad}:1: column 'answer': found '\\frac{{1}}{{' (",
            Assert.Throws<UserErrorException>(() => folder.Read(("file", bad))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "column 'answer': found no such column among problem",
            Assert.Throws<UserErrorException>(() => folder.Read(("file", folder.Write("f.jsonl", new { problem = "x" })))).Message,
            StringComparison.Ordinal
        );
    }

    private static Grade Grade(string gold, string answer) => Maths.Grade(Question(gold), $"<answer>{answer}</answer>", truncated: false);

    private static Question Question(string gold) => new("q", "maths", "mine", "", gold);
}
