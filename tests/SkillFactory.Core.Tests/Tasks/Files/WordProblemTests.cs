using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks.Files;

public sealed class WordProblemTests
{
    private static readonly ITask Problems = TaskRegistry.Get("word_problem");

    [Theory]
    [InlineData("1234", "1234")]
    [InlineData("1234", "1,234")]
    [InlineData("1234", "1234.00")]
    [InlineData("1234", "$1,234.00")]
    [InlineData("1234", "\\$1{,}234")]
    [InlineData("1234", "1\u202F234")]
    [InlineData("1234", "1.234e3")]
    [InlineData("1234", "1.234 \\times 10^{3}")]
    [InlineData("1234", "x = 617 * 2 = 1234")]
    [InlineData("1234", "\\boxed{1234}")]
    [InlineData("1234", "#### 1234")]
    [InlineData("1234", "**1234** apples.")]
    [InlineData("1234", "1234 square feet")]
    [InlineData("1234", "1234 cm^2")]
    [InlineData("1234", "1234 miles/hour")]
    [InlineData("1234", "The final answer is 1234.")]
    [InlineData("1234", "+1234")]
    [InlineData("1234", "1234 (twelve hundred and so on)")]
    [InlineData("-5", "-5")]
    [InlineData("-5", "−5 degrees")]
    [InlineData("-5", "-$5")]
    [InlineData("-5", "$-5.0")]
    [InlineData("0.75", "3/4")]
    [InlineData("0.75", ".75")]
    [InlineData("0.75", "\\frac{3}{4}")]
    [InlineData("0.75", "6/8 of a cake")]
    [InlineData("1.5", "1 1/2")]
    [InlineData("1.5", "1\\frac{1}{2}")]
    [InlineData("50", "50%")]
    [InlineData("50", "50 percent")]
    [InlineData("0.5", "50%")]
    [InlineData("50%", "50")]
    [InlineData("50%", "0.5")]
    [InlineData("1500000", "1.5 million")]
    [InlineData("1.5", "1.5 million dollars")]
    [InlineData("3", "3 dozen")]
    [InlineData("18.90", "$18.9")]
    public void Equal_numbers_are_correct(string gold, string answer) =>
        Assert.Equal((Outcome.Correct, ""), (Grade(gold, answer).Outcome, Grade(gold, answer).Reason));

    [Theory]
    [InlineData("1234", "1235")]
    [InlineData("1234", "12345")]
    [InlineData("1234", "-1234")]
    [InlineData("1234", "1.234")]
    [InlineData("0.33", "1/3")]
    [InlineData("50", "0.5")]
    [InlineData("0.5", "5%")]
    [InlineData("0.1", "0.10000000000000000000000000000001")] // exact, not within a tolerance
    [InlineData("3", "1.5 million")]
    public void Different_numbers_are_wrong(string gold, string answer) => Assert.Equal(Outcome.Wrong, Grade(gold, answer).Outcome);

    [Theory]
    [InlineData("")]
    [InlineData("twelve")]
    [InlineData("12 or 13")]
    [InlineData("12, 13")]
    [InlineData("not 12")]
    [InlineData("less than 12")]
    [InlineData("12 to 13")]
    [InlineData("5 feet 3 inches")]
    [InlineData("1,23")]
    [InlineData("1,2345")]
    [InlineData("12:30")]
    [InlineData("1.2.3")]
    [InlineData("3/0")]
    [InlineData("2^10")]
    [InlineData("12 plus something")]
    [InlineData("__import__('os').system('rm -rf /')")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("∞")]
    [InlineData("=")]
    [InlineData("<b>12</b>")]
    public void Text_that_is_not_one_number_is_unparseable(string answer) => Assert.Equal(Outcome.Unparseable, Grade("12", answer).Outcome);

    [Fact]
    public void Giant_exponents_are_unscored_and_long_text_is_unparseable()
    {
        Assert.Equal(Outcome.Unscored, Grade("12", "1e999999999").Outcome);
        Assert.Equal(Outcome.Unscored, Grade("12", "1e-99999999999999999999").Outcome);
        Assert.Equal(Outcome.Wrong, Grade("12", "1e400").Outcome);
        Assert.Equal(Outcome.Unparseable, Grade("12", new string('1', 100_000)).Outcome);
        Assert.Equal(Outcome.Unparseable, Grade("12", new string(' ', 400) + "1,1" + new string(',', 100)).Outcome);
    }

    [Theory]
    [InlineData("so <answer>12</answer>", Outcome.Correct)]
    [InlineData("<answer>12</answer> no, <answer>13</answer>", Outcome.Wrong)]
    [InlineData("<answer>13</answer> and #### 12", Outcome.Wrong)] // the answer span counts
    [InlineData("<answer><answer>12</answer>", Outcome.Correct)]
    [InlineData("so we get\n#### 12\nDone.", Outcome.Correct)]
    [InlineData("#### 13\n#### 12", Outcome.Correct)]
    [InlineData("thus \\boxed{12}", Outcome.Correct)]
    [InlineData("the answer is 12", Outcome.Unparseable)]
    [InlineData("", Outcome.Unparseable)]
    public void The_answer_is_found_in_the_response(string response, Outcome expected)
    {
        Assert.Equal(expected, Problems.Grade(Question("12"), response, truncated: false).Outcome);
        Assert.Equal(Outcome.Truncated, Problems.Grade(Question("12"), response, truncated: true).Outcome);
    }

    [Theory]
    [InlineData("0.5", "1/2")]
    [InlineData("1,000", "1000.0 km")]
    [InlineData("50%", "50 percent")]
    public void Equal_answers_have_the_same_canonical_form(string one, string other) =>
        Assert.Equal(Grade("7", one).Canonical, Grade("7", other).Canonical);

    [Fact]
    public void Exact_comparison_agrees_with_integers_scaled_by_a_power_of_ten()
    {
        // An independent computation: both numbers as integers in units of 10^-6.
        var random = new Random(11);
        for (var i = 0; i < 2000; i++)
        {
            var (a, b) = (random.NextInt64(-5_000_000_000, 5_000_000_000), random.NextInt64(-5_000_000_000, 5_000_000_000));
            b = random.Next(2) == 0 ? a : b;
            var expected = a == b ? Outcome.Correct : Outcome.Wrong;
            Assert.Equal(
                expected,
                Grade(
                    Plain(a),
                    random.Next(3) switch
                    {
                        0 => Plain(b),
                        1 => Grouped(b),
                        _ => $"{b}e-6",
                    }
                ).Outcome
            );
        }

        static string Plain(long millionths) =>
            $"{(millionths < 0 ? "-" : "")}{Math.Abs(millionths) / 1_000_000}.{Math.Abs(millionths) % 1_000_000:d6}";
        static string Grouped(long millionths) =>
            (
                $"{(millionths < 0 ? "-" : "")}${Math.Abs(millionths) / 1_000_000:#,0}."
                + $"{Math.Abs(millionths) % 1_000_000:d6}".TrimEnd('0')
            ).TrimEnd('.');
    }

    [Theory]
    [InlineData("Natalia sold 48/2 = <<48/2=24>>24.\n#### 72", "72")]
    [InlineData("#### 1,234", "1,234")]
    [InlineData("72", "72")]
    [InlineData("\\boxed{72}", "72")]
    public void Golds_are_read_in_the_notation_of_public_data_sets(string gold, string expected) =>
        Assert.Equal(expected, Problems.FromGold("r", "", gold).Gold);

    [Theory]
    [InlineData("seventy two")]
    [InlineData("#### ")]
    [InlineData("")]
    [InlineData("1e99999")]
    public void Invalid_golds_are_user_errors(string gold) =>
        Assert.Contains(
            "row 7",
            Assert.Throws<UserErrorException>(() => Problems.FromGold("row 7", "", gold)).Message,
            StringComparison.Ordinal
        );

    private static Grade Grade(string gold, string answer) =>
        Problems.Grade(Question(gold), $"<answer>{answer}</answer>", truncated: false);

    private static Question Question(string gold) => new("q", "word_problem", "mine", "", gold);
}
