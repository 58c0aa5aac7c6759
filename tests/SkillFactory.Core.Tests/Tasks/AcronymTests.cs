using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Letters;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks;

public sealed class AcronymTests
{
    private const string Any = "table north sugar echo ocean = 4"; // t n s e o
    private const string Listed = "table north sugar echo ocean = 4 in_order";

    private static readonly ITask Acronym = TaskRegistry.Get("acronym");

    [Fact]
    public void The_last_answer_counts_and_a_truncated_response_does_not()
    {
        Assert.Equal(
            Outcome.Wrong,
            Acronym.Grade(Question(Any), "<answer>nest</answer> no: <answer>tsne</answer>", truncated: false).Outcome
        );
        Assert.Equal(Outcome.Truncated, Acronym.Grade(Question(Any), "<answer>nest</answer>", truncated: true).Outcome);
        Assert.Equal(Outcome.Unparseable, Acronym.Grade(Question(Any), "it is nest", truncated: false).Outcome);
    }

    [Theory]
    [InlineData("4", "any")]
    [InlineData("5", "any")]
    [InlineData("4", "listed")]
    [InlineData("5", "listed")]
    public void Questions_are_solvable_hide_their_solution_and_belong_to_their_split(string level, string order)
    {
        var settings = new Dictionary<string, string> { ["order"] = order };
        var common = WordList.Lengths.SelectMany(l => WordList.OfLength(l).Words).ToHashSet();
        var seen = new HashSet<string>();
        foreach (var split in Enum.GetValues<Split>())
        {
            var questions = Acronym.Generate(new QuestionSpec(level, settings), split, 60, KeyedRandom.Of(1, "a"));
            foreach (var question in questions)
            {
                var length = int.Parse(level, System.Globalization.CultureInfo.InvariantCulture);
                var words = question.Gold.Split(" = ")[0].Split(' ');
                Assert.InRange(words.Length, length, 8);
                Assert.Equal(words.Length, words.Distinct().Count());
                Assert.All(words, w => Assert.Contains(w, common));

                // Tries every choice of words in an allowed order.
                var spelled = Spelled(words, length, order == "listed").Where(WordList.OfLength(length).Contains).ToList();
                Assert.NotEmpty(spelled);
                Assert.All(spelled, w => Assert.True(Acronym.Grade(question, $"<answer>{w}</answer>", false).IsCorrect));
                Assert.Contains(spelled, w =>
                    !string.Concat(words.Select(x => x[0])).Contains(w, StringComparison.Ordinal) && !words.Contains(w)
                );
                Assert.Equal(split, new QuestionIdentity(Convert.ToUInt64(question.Id.Split('/')[2], 16)).Split);
                Assert.True(seen.Add(question.Id));
                Acronym.Validate(question);
            }
        }
    }

    [Fact]
    public void Drawing_is_deterministic_and_the_wording_changes_only_the_text()
    {
        var spec = new QuestionSpec("4", QuestionSpec.NoSettings);
        var once = Acronym.Generate(spec, Split.Rl, 20, KeyedRandom.Of(3, "a"));
        Assert.Equal(once, Acronym.Generate(spec, Split.Rl, 20, KeyedRandom.Of(3, "a")));
        var compact = Acronym.Generate(spec with { Wording = "compact" }, Split.Rl, 20, KeyedRandom.Of(3, "a"));
        Assert.Equal(once.Select(q => (q.Id, q.Gold)), compact.Select(q => (q.Id, q.Gold)));
        Assert.All(compact, q => Assert.Matches("^Words:[a-z,]+ Length:4\n$", q.Text));
        Assert.Contains(
            "in the order of the list",
            Acronym
                .Generate(
                    spec with
                    {
                        Settings = new Dictionary<string, string> { ["order"] = "listed" },
                    },
                    Split.Rl,
                    1,
                    KeyedRandom.Of(3, "a")
                )[0]
                .Text,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("6", "order", "any", "level '6'")]
    [InlineData("4", "minWords", "3", "from 4 to 16")]
    [InlineData("4", "order", "lised", "did you mean 'listed'")]
    [InlineData("4", "dictionary", "oxford", "common, wide")]
    [InlineData("4", "maxWord", "9", "did you mean 'maxWords'")]
    public void Invalid_settings_are_user_errors(string level, string key, string value, string expected) =>
        Assert.Contains(
            expected,
            Assert
                .Throws<UserErrorException>(() =>
                    Acronym.Generate(
                        new QuestionSpec(level, new Dictionary<string, string> { [key] = value }),
                        Split.Sft,
                        1,
                        KeyedRandom.Of(1, "a")
                    )
                )
                .Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("table north = 4", "not an acronym gold")]
    [InlineData("table north sugar echo = 7", "not an acronym gold")]
    [InlineData("table north sugar echo 4", "not an acronym gold")]
    [InlineData("Table north sugar echo = 4", "not an acronym gold")]
    [InlineData("xray queen zebra zero = 4", "spell no word")]
    public void Invalid_golds_are_user_errors(string gold, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<UserErrorException>(() => Acronym.FromGold("row 3", "", gold)).Message,
            StringComparison.Ordinal
        );

    private static IEnumerable<string> Spelled(string[] words, int length, bool inOrder)
    {
        IEnumerable<int[]> choices =
        [
            [],
        ];
        for (var i = 0; i < length; i++)
        {
            choices = choices.SelectMany(c =>
                Enumerable
                    .Range(0, words.Length)
                    .Where(w => inOrder ? c.Length == 0 || w > c[^1] : !c.Contains(w))
                    .Select(w => (int[])[.. c, w])
            );
        }

        return choices.Select(c => string.Concat(c.Select(w => words[w][0]))).Distinct();
    }

    private static Question Question(string gold) => new("q", "acronym", "4", "", gold);
}
