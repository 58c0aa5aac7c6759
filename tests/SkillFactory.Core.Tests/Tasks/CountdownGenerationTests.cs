using System.Globalization;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Countdown;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks;

public sealed class CountdownGenerationTests
{
    private static readonly ITask Countdown = TaskRegistry.Get("countdown");

    [Theory]
    [InlineData("3", "forward", "exactly_once", "+-*")]
    [InlineData("3", "forward", "at_most_once", "+-*/")]
    [InlineData("4", "forward", "exactly_once", "+-*/")]
    [InlineData("2", "solver", "exactly_once", "+-*/")]
    [InlineData("3", "solver", "at_most_once", "+-*/")]
    [InlineData("4", "solver", "exactly_once", "+*")]
    public void Every_question_is_solvable_by_brute_force(string level, string generator, string use, string operators)
    {
        var spec = Spec(
            level,
            ("generator", generator),
            ("use", use),
            ("operators", operators),
            ("max", "25"),
            ("targetMin", "10"),
            ("targetMax", "200")
        );
        foreach (var question in Countdown.Generate(spec, Split.Sft, 60, Key))
        {
            var gold = CountdownGold.Parse(question.Gold, question.Id);
            Assert.Equal(int.Parse(level, CultureInfo.InvariantCulture), gold.Numbers.Count);
            Assert.All(gold.Numbers, n => Assert.InRange(n, 1, 25));
            Assert.InRange(gold.Target, 10, 200);
            Assert.Contains(gold.Target, BruteForce.Reachable(gold.Numbers, operators, use == "exactly_once"));
            Countdown.Validate(question);
        }
    }

    [Fact]
    public void Forward_chains_compute_the_target_within_their_bounds()
    {
        var settings = CountdownSettings.Read(
            Spec("5", ("max", "9"), ("targetMin", "1"), ("targetMax", "99"), ("maxIntermediate", "199"), ("use", "exactly_once"))
        );
        var generator = new CountdownGenerator(settings);
        var random = Key.Stream();
        var draws = Enumerable.Range(0, 3000).Select(_ => generator.TryDraw(random, _ => true)).OfType<CountdownDraw>().ToList();
        Assert.True(draws.Count > 1000);
        foreach (var draw in draws)
        {
            Assert.Equal(draw.Gold.Target, draw.Chain[^1].Result);
            Assert.All(draw.Chain, step => Assert.InRange(step.Result, 0, 199));
            Assert.Equal("Correct", CountdownGradingTests.Grade(draw.Gold.ToString(), CountdownChain.Text(draw.Chain)).Outcome.ToString());
        }

        Assert.Contains(draws, d => d.Chain.Any(s => s.Operator == '/'));
        Assert.Contains(draws, d =>
            d.Chain.Skip(1).Any(s => s.Operator == '-' && s.Left < s.Right + s.Result + 1 && d.Gold.Numbers.Contains((int)s.Left))
        );
    }

    [Fact]
    public void The_order_shown_does_not_reveal_the_chain()
    {
        var generator = new CountdownGenerator(CountdownSettings.Read(Spec("3", ("max", "50"))));
        var random = Key.Stream();
        var draws = Enumerable.Range(0, 5000).Select(_ => generator.TryDraw(random, _ => true)).OfType<CountdownDraw>().ToList();
        var inOrder = draws.Count(d => d.Gold.Numbers[0] == d.Chain[0].Left && d.Gold.Numbers[1] == d.Chain[0].Right);
        Assert.InRange((double)inOrder / draws.Count, 0.10, 0.24); // 1/6 by chance
    }

    [Fact]
    public void Splits_are_disjoint_for_every_seed_rule_wording_and_generator()
    {
        var splitOf = new Dictionary<string, Split>();
        foreach (var split in Enum.GetValues<Split>())
        {
            for (var seed = 0; seed < 3; seed++)
            {
                foreach (
                    var (use, generator, wording) in new[]
                    {
                        ("exactly_once", "forward", "compact"),
                        ("at_most_once", "solver", "standard"),
                    }
                )
                {
                    var spec = Spec("3", ("max", "9"), ("targetMin", "1"), ("targetMax", "99"), ("use", use), ("generator", generator)) with
                    {
                        Wording = wording,
                    };
                    foreach (var question in Countdown.Generate(spec, split, 120, KeyedRandom.Of(seed, "splits")))
                    {
                        var gold = CountdownGold.Parse(question.Gold, question.Id);
                        var content = $"{string.Join(',', gold.Numbers.Order())}:{gold.Target}";
                        Assert.Equal(split, splitOf.GetValueOrDefault(content, split));
                        splitOf[content] = split;
                    }
                }
            }
        }

        Assert.Equal(4, splitOf.Values.Distinct().Count());
    }

    [Fact]
    public void Splits_hold_their_documented_shares()
    {
        var counts = new int[4];
        for (var i = 0; i < 48_000; i++)
        {
            counts[(int)QuestionIdentity.Of("countdown", i.ToString(CultureInfo.InvariantCulture)).Split]++;
        }

        Assert.InRange(counts[(int)Split.Test], 7_700, 8_300);
        Assert.InRange(counts[(int)Split.Validation], 3_750, 4_250);
        Assert.InRange(counts[(int)Split.Sft], 17_600, 18_400);
        Assert.InRange(counts[(int)Split.Rl], 17_600, 18_400);
    }

    [Fact]
    public void A_draw_has_no_duplicates_and_is_a_prefix_of_a_longer_one()
    {
        var spec = Spec("3", ("max", "12"), ("targetMin", "1"), ("targetMax", "99"));
        var many = Countdown.Generate(spec, Split.Test, 500, Key);
        Assert.Equal(500, many.Select(q => q.Id).Distinct().Count());
        Assert.Equal(many.Take(100), Countdown.Generate(spec, Split.Test, 100, Key));
        Assert.NotEqual(many.Take(100), Countdown.Generate(spec, Split.Test, 100, KeyedRandom.Of(8, "other")));
    }

    [Fact]
    public void The_wording_changes_only_the_text()
    {
        var standard = Countdown.Generate(Spec("4"), Split.Rl, 20, Key);
        var compact = Countdown.Generate(Spec("4") with { Wording = "compact" }, Split.Rl, 20, Key);
        Assert.Equal(standard.Select(q => (q.Id, q.Gold)), compact.Select(q => (q.Id, q.Gold)));
        Assert.All(standard.Zip(compact), pair => Assert.NotEqual(pair.First.Text, pair.Second.Text));
        Assert.Matches("^Numbers:[0-9]+,[0-9]+,[0-9]+,[0-9]+ Target:[0-9]+\n$", compact[0].Text);
    }

    [Fact]
    public void A_shortage_of_questions_reports_how_many_a_split_holds()
    {
        // Two numbers from 1 to 3 determine their sum, so all splits together hold 6 questions.
        var spec = Spec("2", ("max", "3"), ("targetMin", "1"), ("targetMax", "9"), ("operators", "+"), ("use", "exactly_once"));
        var held = 0;
        foreach (var split in Enum.GetValues<Split>())
        {
            var error = Assert.Throws<UserErrorException>(() => Countdown.Generate(spec, split, 50, Key));
            Assert.Contains($"the {split} split", error.Message, StringComparison.Ordinal);
            held += int.Parse(
                System.Text.RegularExpressions.Regex.Match(error.Message, "only ([0-9]+) were found").Groups[1].Value,
                CultureInfo.InvariantCulture
            );
        }

        Assert.Equal(6, held);
    }

    [Theory]
    [InlineData("1", "", "", "not a count of numbers")]
    [InlineData("03", "", "", "not a count of numbers")]
    [InlineData("three", "", "", "not a count of numbers")]
    [InlineData("3", "targtMax", "99", "did you mean 'targetMax'")]
    [InlineData("3", "max", "nine", "'nine', expected a whole number from 1 to 1000")]
    [InlineData("3", "max", "0", "expected a whole number")]
    [InlineData("3", "min", "101", "min 101 is greater than max 100")]
    [InlineData("3", "targetMin", "1000", "greater than targetMax 999")]
    [InlineData("3", "operators", "+^", "some of the characters +-*/")]
    [InlineData("3", "operators", "++", "each at most once")]
    [InlineData("3", "use", "exactly_onc", "did you mean 'exactly_once'")]
    [InlineData("3", "generator", "forwards", "did you mean 'forward'")]
    [InlineData("3", "maxIntermediate", "50", "targetMin 100 is greater than maxIntermediate 50")]
    public void Invalid_settings_are_user_errors_with_a_useful_message(string level, string key, string value, string expected)
    {
        var spec = key.Length == 0 ? Spec(level) : Spec(level, (key, value));
        var error = Assert.Throws<UserErrorException>(() => Countdown.Generate(spec, Split.Sft, 1, Key));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_without_effect_is_a_user_error()
    {
        var error = Assert.Throws<UserErrorException>(() =>
            Countdown.Generate(Spec("3", ("generator", "solver"), ("maxIntermediate", "199")), Split.Sft, 1, Key)
        );
        Assert.Contains("no effect", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_for_unknown_tasks_and_wordings_suggest_the_nearest_name()
    {
        Assert.Contains(
            "'countdown'",
            Assert.Throws<UserErrorException>(() => TaskRegistry.Get("countdwn")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'compact'",
            Assert.Throws<UserErrorException>(() => Countdown.Generate(Spec("3") with { Wording = "compat" }, Split.Sft, 1, Key)).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(TaskRegistry.Names.Order(StringComparer.Ordinal), TaskRegistry.Names);
        Assert.All(["acronym", "countdown", "letter_countdown", "multiplication"], name => Assert.Equal(name, TaskRegistry.Get(name).Name));
    }

    internal static KeyedRandom Key => KeyedRandom.Of(7, "tests");

    internal static QuestionSpec Spec(string level, params (string Key, string Value)[] settings) =>
        new(level, settings.ToDictionary(s => s.Key, s => s.Value));
}
