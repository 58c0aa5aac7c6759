using SkillFactory.Core.Metrics;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Tokenization;
using SkillFactory.Workers.TrainingLoops;

namespace SkillFactory.Workers.Tests.TrainingLoops;

public sealed class GroupReaderTests
{
    private const string Right = "<answer>8+6</answer>";
    private const string Wrong = "<answer>8-6</answer>";

    private static readonly Tokenizer Tokenizer = TokenizerFolder
        .Load(Path.Combine(AppContext.BaseDirectory, "models", "tiny-base"))
        .Tokenizer;

    private static readonly Question Question = TaskRegistry.Get("countdown").FromGold("q", "", "8 6 = 14");

    [Fact]
    public void Without_credit_only_the_answers_are_rewarded()
    {
        var group = Reader(new GrpoSettings()).Read([Response(0, Outcome.Correct, Right), Response(1, Outcome.Unscored, "?")]);
        Assert.Equal([1, 0], group.Scored.Rewards);
        Assert.Null(group.Scored.Blocks);
    }

    [Fact]
    public void With_credit_each_attempt_and_reflection_is_judged_by_itself()
    {
        var response = $"<sample>{Wrong}</sample><reflect><verdict>Incorrect</verdict></reflect><sample>{Right}</sample>";
        var group = Reader(new GrpoSettings { Credit = new CreditSettings() }).Read([Response(0, Outcome.Correct, response)]);
        var blocks = Assert.Single(group.Scored.Blocks!);
        Assert.Equal([false, true, false], blocks.Select(b => b.IsReflection));
        Assert.Equal([false, true, true], blocks.Select(b => b.IsRight));
        Assert.All(blocks, b => Assert.InRange(b.End, b.Start + 1, Tokenizer.Encode(response).Length));
        Assert.Equal(blocks.OrderBy(b => b.Start), blocks);
    }

    [Fact]
    public void A_verdict_reward_adds_the_share_of_right_verdicts()
    {
        var response =
            $"<sample>{Right}</sample><reflect><verdict>Incorrect</verdict></reflect><sample>{Wrong}</sample>"
            + "<reflect><verdict>Incorrect</verdict></reflect>";
        var group = Reader(new GrpoSettings { VerdictReward = 0.5 }).Read([Response(0, Outcome.Wrong, response)]);
        Assert.Equal([0.25], group.Scored.Rewards);
    }

    /// <summary>A response of 10 tokens with no penalty up to 6 of 14.</summary>
    [Fact]
    public void An_overlong_penalty_lowers_the_reward_and_the_figures_show_the_correct_share()
    {
        var settings = new GrpoSettings
        {
            Overlong = new OverlongSettings { From = 6 },
            Decoding = new Decoding { MaxNewTokens = 14 },
        };
        var group = Reader(settings).Read([Response(0, Outcome.Correct, Right), Response(1, Outcome.Wrong, Wrong)]);
        Assert.Equal([0.75, -0.25], group.Scored.Rewards);
        var values = new Dictionary<string, double>();
        Reader(settings).AddFigures(values, [group]);
        Assert.Equal(0.5, values[MetricNames.Correct]);
        Assert.DoesNotContain(MetricNames.AttemptsCorrect, values.Keys);
    }

    [Fact]
    public void Shares_count_first_attempts_and_with_credit_attempts_and_verdicts()
    {
        var reader = Reader(new GrpoSettings { Credit = new CreditSettings() });
        var group = reader.Read([
            Response(
                0,
                Outcome.Correct,
                $"<sample>{Wrong}</sample><reflect><verdict>Incorrect</verdict></reflect><sample>{Right}</sample>"
            ),
            Response(1, Outcome.Correct, $"<sample>{Right}</sample><reflect><verdict>Incorrect</verdict></reflect>"),
            Response(2, Outcome.Correct, Right),
            Response(3, Outcome.Unparseable, "no attempt"),
        ]);
        Assert.Equal([false, true, true, false], group.FirstAttempts);
        var values = new Dictionary<string, double>();
        reader.AddFigures(values, [group]);
        Assert.Equal(0.5, values[MetricNames.FirstAttemptAccuracy]);
        Assert.Equal(0.75, values[MetricNames.Correct]);
        Assert.Equal(2 / 3.0, values[MetricNames.AttemptsCorrect], 12);
        Assert.Equal(0.5, values[MetricNames.VerdictsRight]);
    }

    [Fact]
    public void A_first_attempt_that_was_cut_off_is_not_correct()
    {
        var reader = Reader(new GrpoSettings());
        var group = reader.Read([Response(0, Outcome.Truncated, $"<sample>{Right}")]);
        var values = new Dictionary<string, double>();
        reader.AddFigures(values, [group]);
        Assert.Equal(0, values[MetricNames.FirstAttemptAccuracy]);
        Assert.DoesNotContain(MetricNames.Correct, values.Keys);
    }

    private static GroupReader Reader(GrpoSettings settings) => new(Tokenizer, settings, [Question]);

    private static Rollout Response(int index, Outcome outcome, string response) =>
        TraceFixture.Attempt("q", index, outcome, response) with
        {
            QuestionId = Question.Id,
            Tokens = Tokenizer.Encode(response),
        };
}
