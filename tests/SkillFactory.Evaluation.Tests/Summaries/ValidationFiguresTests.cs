using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Tests.Summaries;

public sealed class ValidationFiguresTests
{
    private const string Trace =
        "<think><sample><answer>8</answer></sample><reflect><verdict>Incorrect</verdict></reflect>"
        + "<sample><answer>7</answer></sample><reflect><verdict>Correct</verdict></reflect></think>";

    [Fact]
    public void Unscored_responses_count_and_levels_have_their_own_accuracy()
    {
        var figures = ValidationFigures.Of([
            Rollout("3", Trace, Outcome.Correct, 30),
            Rollout("3", "<answer>8</answer>", Outcome.Wrong, 10),
            Rollout("4", "<think><sample><answer>", Outcome.Truncated, 50),
            Rollout("4", "<answer>7</answer>", Outcome.Unscored, 10),
        ]);
        Assert.Equal(4, figures["eval/responses"]);
        Assert.Equal(1 / 4.0, figures["eval/accuracy"], 12);
        Assert.Equal(0.5, figures["eval/accuracy/countdown/3"]);
        Assert.Equal(0, figures["eval/accuracy/countdown/4"]);
        Assert.Equal(25, figures["eval/mean_length"]);
        Assert.Equal(0.75, figures["eval/finished"]);
        Assert.Equal(0.25, figures["eval/well_formed"]);
        Assert.Equal(1, figures["eval/stop_after_correct"]);
        Assert.Equal(0, figures["eval/stop_after_incorrect"]);
        Assert.Equal((2 + 1 + 1 + 1) / 4.0, figures["eval/attempts_mean"]);
        Assert.Equal(2 / 4.0, figures["eval/reflections_mean"]);
    }

    [Fact]
    public void A_share_without_cases_has_no_entry()
    {
        var figures = ValidationFigures.Of([Rollout("3", "<answer>7</answer>", Outcome.Unscored, 10)]);
        Assert.Equal(0, figures["eval/accuracy"]);
        Assert.DoesNotContain("eval/stop_after_correct", figures.Keys);
        Assert.DoesNotContain(figures.Keys, k => k.StartsWith("eval/accuracy/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(0.5, true)]
    [InlineData(0.51, false)]
    public void The_gate_requires_well_formed_traces_only_with_a_limit(double? minimum, bool holds)
    {
        var check = GateCheck.Compute([Rollout("3", Trace, Outcome.Correct, 30), Rollout("3", "<answer>8</answer>", Outcome.Wrong, 10)]);
        Assert.Equal(0.5, check.WellFormed.Value);
        Assert.Equal(holds, check.Holds(new SftGate { MinWellFormed = minimum }));
    }

    private static Rollout Rollout(string level, string response, Outcome outcome, int tokens) =>
        new()
        {
            Id = "r",
            PromptId = "p",
            QuestionId = "q",
            Task = "countdown",
            Level = level,
            Variant = "original",
            SampleIndex = 0,
            Response = response,
            Outcome = outcome,
            TokenCount = tokens,
            PromptTokenCount = 5,
            LogProb = 0,
            MeanEntropy = 0,
            WeightsVersion = 0,
        };
}
