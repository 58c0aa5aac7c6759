using System.Globalization;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Multiplication;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks;

public sealed class MultiplicationTests
{
    private static readonly ITask Multiplication = TaskRegistry.Get("multiplication");

    [Theory]
    [InlineData("1,234,567", true)]
    [InlineData("1234567", true)]
    [InlineData("12,34,567", false)]
    [InlineData("1,2345,67", false)]
    public void Commas_are_read_as_thousands_separators_only_where_they_separate_thousands(string answer, bool right) =>
        Assert.Equal(right, Grade(answer, "1234567 * 1 = 1234567").IsCorrect);

    [Fact]
    public void A_truncated_response_is_truncated() =>
        Assert.Equal(Outcome.Truncated, Multiplication.Grade(Question("23 * 7 = 161"), "<answer>161</answer>", truncated: true).Outcome);

    [Theory]
    [InlineData("2", 2, 2)]
    [InlineData("2x1", 2, 1)]
    [InlineData("1x3", 1, 3)]
    [InlineData("12", 12, 12)]
    public void Factors_have_the_digits_of_the_level(string level, int left, int right)
    {
        var questions = Multiplication.Generate(new QuestionSpec(level, QuestionSpec.NoSettings), Split.Rl, 40, KeyedRandom.Of(1, "m"));
        Assert.Equal(40, questions.Select(q => q.Id).Distinct().Count());
        foreach (var gold in questions.Select(q => MultiplicationGold.Parse(q.Gold, q.Id)))
        {
            Assert.Equal(
                (left, right),
                (gold.Left.ToString(CultureInfo.InvariantCulture).Length, gold.Right.ToString(CultureInfo.InvariantCulture).Length)
            );
        }
    }

    [Fact]
    public void Mirrored_questions_share_a_split_and_never_occur_together_in_a_draw()
    {
        var splitOf = new Dictionary<(long, long), Split>();
        foreach (var split in Enum.GetValues<Split>())
        {
            foreach (var level in new[] { "1x2", "2x1" })
            {
                var golds = Multiplication
                    .Generate(new QuestionSpec(level, QuestionSpec.NoSettings), split, 40, KeyedRandom.Of(2, level))
                    .Select(q => MultiplicationGold.Parse(q.Gold, q.Id));
                Assert.All(golds, g =>
                    Assert.True(
                        splitOf.TryAdd((Math.Min(g.Left, g.Right), Math.Max(g.Left, g.Right)), split)
                            || splitOf[(Math.Min(g.Left, g.Right), Math.Max(g.Left, g.Right))] == split
                    )
                );
            }

            var pairs = Multiplication
                .Generate(new QuestionSpec("2", QuestionSpec.NoSettings), split, 300, KeyedRandom.Of(3, "m"))
                .Select(q => MultiplicationGold.Parse(q.Gold, q.Id))
                .Select(g => (Math.Min(g.Left, g.Right), Math.Max(g.Left, g.Right)))
                .ToList();
            Assert.Equal(300, pairs.Distinct().Count());
        }
    }

    [Fact]
    public void A_shortage_of_questions_reports_how_many_the_splits_hold()
    {
        var held = Enum.GetValues<Split>()
            .Sum(split =>
                int.Parse(
                    System
                        .Text.RegularExpressions.Regex.Match(
                            Assert
                                .Throws<UserErrorException>(() =>
                                    Multiplication.Generate(
                                        new QuestionSpec("2x1", QuestionSpec.NoSettings),
                                        split,
                                        1000,
                                        KeyedRandom.Of(1, "m")
                                    )
                                )
                                .Message,
                            "it holds ([0-9]+)"
                        )
                        .Groups[1]
                        .Value,
                    CultureInfo.InvariantCulture
                )
            );
        Assert.Equal(90 * 8, held);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("2x")]
    [InlineData("2x1x1")]
    [InlineData("13")]
    [InlineData("two")]
    public void Invalid_levels_are_user_errors(string level) =>
        Assert.Contains(
            $"level '{level}'",
            Assert
                .Throws<UserErrorException>(() =>
                    Multiplication.Generate(new QuestionSpec(level, QuestionSpec.NoSettings), Split.Sft, 1, KeyedRandom.Of(1, "m"))
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Any_setting_is_a_user_error() =>
        Assert.Contains(
            "has no settings, found 'max'",
            Assert
                .Throws<UserErrorException>(() =>
                    Multiplication.Generate(
                        new QuestionSpec("2", new Dictionary<string, string> { ["max"] = "9" }),
                        Split.Sft,
                        1,
                        KeyedRandom.Of(1, "m")
                    )
                )
                .Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("23 * 7")]
    [InlineData("23 * 7 = 160")]
    [InlineData("23*7=161")]
    [InlineData("23 * -7 = -161")]
    public void An_invalid_gold_is_a_user_error(string gold) =>
        Assert.Throws<UserErrorException>(() => Multiplication.Validate(Question(gold)));

    private static Grade Grade(string answer, string gold = "23 * 7 = 161") =>
        Multiplication.Grade(Question(gold), $"so <answer>{answer}</answer>", truncated: false);

    private static Question Question(string gold) => new("multiplication/2x1/test", "multiplication", "2x1", "", gold);
}
