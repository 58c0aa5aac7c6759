using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks.Files;

public sealed class WordProblemTests
{
    private static readonly ITask Problems = TaskRegistry.Get("word_problem");

    [Fact]
    public void A_response_beyond_a_limit_is_unparseable()
    {
        Assert.Equal(Outcome.Unparseable, Grade("12", "1e999999999").Outcome);
        Assert.Equal(Outcome.Unparseable, Grade("12", new string('1', 100_000)).Outcome);
        Assert.Equal(Outcome.Unparseable, Grade("12", new string(' ', 400) + "1,1" + new string(',', 100)).Outcome);
        Assert.Equal(Outcome.Correct, Grade("12", new string(' ', 10_000) + "12" + new string('\n', 10_000)).Outcome);
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

    [Fact]
    public void Scale_words_multiply_and_powers_are_computed()
    {
        var random = new Random(13);
        (string Word, long Factor)[] words = [("dozen", 12), ("hundred", 100), ("thousand", 1000), ("million", 1_000_000)];
        for (var i = 0; i < 500; i++)
        {
            var (hundredths, (word, factor)) = (random.NextInt64(1, 100_000), words[random.Next(words.Length)]);
            var number = $"{hundredths / 100}.{hundredths % 100:d2}";
            var product = hundredths * factor;
            Assert.Equal(Outcome.Correct, Grade($"{product / 100}.{product % 100:d2}", $"{number} {word}").Outcome);
            Assert.Equal(Outcome.Wrong, Grade(number, $"{number} {word}").Outcome);
            var (root, power) = (random.Next(2, 40), random.Next(2, 6));
            Assert.Equal(Outcome.Correct, Grade($"{System.Numerics.BigInteger.Pow(root, power)}", $"{root}^{power}").Outcome);
            Assert.Equal(Outcome.Wrong, Grade($"{root}", $"{root}^{power}").Outcome);
        }
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
