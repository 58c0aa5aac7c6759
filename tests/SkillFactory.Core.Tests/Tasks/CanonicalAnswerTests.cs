using SkillFactory.Core.Tasks;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tests.Tasks;

/// <summary>The canonical forms by which equal answers count as one vote.</summary>
public sealed class CanonicalAnswerTests
{
    private const string Gold = "8 6 4 2 = 44";

    [Theory]
    [InlineData("8*6-4", "6*8-4")]
    [InlineData("8*6-4", "(6*8)-4 = 44")]
    [InlineData("8*6-4", "8*6=48;48-4=44")]
    [InlineData("8*6-4+2", "2-(4-6*8)")]
    [InlineData("8*6-4+2", "6*8=48;2+48=50;50-4=46")]
    [InlineData("8/(6/4)", "4*8/6")]
    [InlineData("8*(6-4)", "(6-4)*8")]
    public void Equal_countdown_solutions_have_the_same_form_in_any_order_and_in_steps(string one, string other)
    {
        Assert.NotNull(Countdown(one).Canonical);
        Assert.Equal(Countdown(one).Canonical, Countdown(other).Canonical);
    }

    [Theory]
    [InlineData("8*6-4", "8*4-6")]
    [InlineData("8*6-4", "8*6-4+2")]
    [InlineData("8*(6-4)", "8*6-8*4")]
    [InlineData("8-6", "6-8")]
    [InlineData("8/4", "4/8")]
    public void Different_solutions_have_different_forms(string one, string other) =>
        Assert.NotEqual(Countdown(one).Canonical, Countdown(other).Canonical);

    [Theory]
    [InlineData("8*6=50;50-4=46")] // states a false result
    [InlineData("8*6-4=45")]
    [InlineData("eight times six")]
    [InlineData("8*6=48;4-2=2")] // two results that are not combined
    public void An_answer_that_is_not_a_solution_has_no_canonical_form(string answer) => Assert.Null(Countdown(answer).Canonical);

    [Fact]
    public void Answers_with_the_same_form_have_the_same_outcome()
    {
        // Random expressions of three or four numbers in three shapes.
        var random = new Random(3);
        var outcomes = new Dictionary<string, Outcome>();
        for (var i = 0; i < 3000; i++)
        {
            int[] n = [8, 6, 4, 2];
            random.Shuffle(n);
            var (a, b, c) = ("+-*"[random.Next(3)], "+-*"[random.Next(3)], "+-*/"[random.Next(4)]);
            var text = random.Next(3) switch
            {
                0 => $"{n[0]}{a}{n[1]}{b}{n[2]}",
                1 => $"({n[0]}{a}{n[1]}){b}({n[2]}{c}{n[3]})",
                _ => $"{n[0]}{a}({n[1]}{b}({n[2]}{c}{n[3]}))",
            };
            var grade = Countdown(text);
            if (grade.Canonical is { } form)
            {
                Assert.Equal(grade.Outcome, outcomes.TryAdd(form, grade.Outcome) ? grade.Outcome : outcomes[form]);
            }
        }

        Assert.Contains(Outcome.Correct, outcomes.Values);
        Assert.Contains(Outcome.Wrong, outcomes.Values);
    }

    [Theory]
    [InlineData("161", "1 * 161 = 161")]
    [InlineData("161", "20*7=140;3*7=21;140+21=161")]
    [InlineData("160", "20*8 = 160")]
    public void Equal_products_have_the_same_form(string one, string other)
    {
        Assert.NotNull(Product(one).Canonical);
        Assert.Equal(Product(one).Canonical, Product(other).Canonical);
    }

    [Fact]
    public void A_product_reached_by_a_false_step_has_no_canonical_form() => Assert.Null(Product("20*7=150;150+11=161").Canonical);

    private static Grade Countdown(string answer) =>
        TaskRegistry.Get("countdown").Grade(new("q", "countdown", "4", "", Gold), $"<answer>{answer}</answer>", truncated: false);

    private static Grade Product(string answer) =>
        TaskRegistry
            .Get("multiplication")
            .Grade(new("q", "multiplication", "2x1", "", "23 * 7 = 161"), $"<answer>{answer}</answer>", truncated: false);
}
