using System.Globalization;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Letters;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks;

public sealed class LetterCountdownTests
{
    private static readonly ITask Letters = TaskRegistry.Get("letter_countdown");

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Word_lists_hold_distinct_lower_case_words_of_their_length(int length)
    {
        var words = WordList.OfLength(length).Words;
        Assert.InRange(words.Count, 800, 1500);
        Assert.Equal(words.Count, words.Distinct().Count());
        Assert.All(words, word => Assert.Matches($"^[a-z]{{{length}}}$", word));
        var wide = WordList.OfLength(length, WordDictionary.Wide).Words;
        Assert.InRange(wide.Count, 3 * words.Count, 10_000);
        Assert.Equal(wide.Order(StringComparer.Ordinal).Distinct(), wide);
        Assert.All(wide, word => Assert.Matches($"^[a-z]{{{length}}}$", word));
        Assert.Empty(words.Except(wide));
    }

    [Fact]
    public void The_dictionary_changes_the_accepted_answers_but_not_the_questions()
    {
        var wide = new Dictionary<string, string> { ["dictionary"] = "wide" };
        var common = Letters.Generate(new QuestionSpec("4", QuestionSpec.NoSettings), Split.Rl, 40, KeyedRandom.Of(1, "l"));
        var more = Letters.Generate(new QuestionSpec("4", wide), Split.Rl, 40, KeyedRandom.Of(1, "l"));
        Assert.Equal(common.Select(q => (q.Id, q.Text, q.Gold + " wide")), more.Select(q => (q.Id, q.Text, q.Gold)));
    }

    [Fact]
    public void A_truncated_response_is_truncated() =>
        Assert.Equal(Outcome.Truncated, Letters.Grade(Question("e a p l = 4"), "<answer>pale</answer>", truncated: true).Outcome);

    [Theory]
    [InlineData("4", 0)]
    [InlineData("5", 0)]
    [InlineData("4", 2)]
    public void Questions_are_solvable_scrambled_and_belong_to_their_split(string level, int extra)
    {
        var settings = new Dictionary<string, string> { ["extraLetters"] = extra.ToString(CultureInfo.InvariantCulture) };
        var seen = new HashSet<string>();
        foreach (var split in Enum.GetValues<Split>())
        {
            var questions = Letters.Generate(new QuestionSpec(level, settings), split, 50, KeyedRandom.Of(1, "l"));
            foreach (var question in questions)
            {
                Letters.Validate(question);
                var gold = LetterGold.Parse(question.Gold, question.Id);
                Assert.Equal(gold.Length + extra, gold.Letters.Length);
                Assert.True(seen.Add(string.Concat(gold.Letters.Order())));
                Assert.Equal(split, gold.Identity.Split);
                var solutions = WordList
                    .OfLength(gold.Length)
                    .Words.Where(w => w.GroupBy(c => c).All(g => gold.Letters.Count(c => c == g.Key) >= g.Count()))
                    .ToList();
                Assert.NotEmpty(solutions);
                Assert.All(solutions, w => Assert.True(Letters.Grade(question, $"<answer>{w}</answer>", false).IsCorrect));
                Assert.True(extra > 0 || !solutions.Contains(gold.Letters) || solutions.Count > 1);
            }
        }
    }

    [Fact]
    public void Fewer_words_give_fewer_questions_and_a_shortage_is_reported()
    {
        var settings = new Dictionary<string, string> { ["words"] = "60" };
        var held = Enum.GetValues<Split>()
            .Sum(split =>
                int.Parse(
                    System
                        .Text.RegularExpressions.Regex.Match(
                            Assert
                                .Throws<UserErrorException>(() =>
                                    Letters.Generate(new QuestionSpec("4", settings), split, 61, KeyedRandom.Of(1, "l"))
                                )
                                .Message,
                            "it holds ([0-9]+)"
                        )
                        .Groups[1]
                        .Value,
                    CultureInfo.InvariantCulture
                )
            );
        Assert.Equal(WordList.OfLength(4).Words.Take(60).Select(WordList.Sorted).Distinct().Count(), held);
    }

    [Theory]
    [InlineData("6", "", "", "known: 4, 5")]
    [InlineData("4", "word", "10", "did you mean 'words'")]
    [InlineData("4", "extraLetters", "-1", "from 0 to 8")]
    public void Invalid_settings_are_user_errors(string level, string key, string value, string expected)
    {
        var settings = key.Length == 0 ? QuestionSpec.NoSettings : new Dictionary<string, string> { [key] = value };
        var error = Assert.Throws<UserErrorException>(() =>
            Letters.Generate(new QuestionSpec(level, settings), Split.Sft, 1, KeyedRandom.Of(1, "l"))
        );
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("e a p l")]
    [InlineData("eapl = 4")]
    [InlineData("e a p L = 4")]
    [InlineData("e a p = 4")]
    [InlineData("e a p l = 6")]
    [InlineData("z z z z = 4")]
    public void An_unusable_gold_is_a_user_error(string gold) => Assert.Throws<UserErrorException>(() => Letters.Validate(Question(gold)));

    private static Question Question(string gold) => new("letter_countdown/4/test", "letter_countdown", "4", "", gold);
}
