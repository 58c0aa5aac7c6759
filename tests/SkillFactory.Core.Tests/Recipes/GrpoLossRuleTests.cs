using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Recipes;

/// <summary>Settings of GRPO's loss that have no effect beside the others are refused.</summary>
public sealed class GrpoLossRuleTests
{
    private const string AlwaysOne =
        "with importanceLimit and one update per step the importance ratio is always 1; expected updatesPerStep of 2 or more beside it";

    /// <summary>Inserts lines at the start of the GRPO section, from line 6 on.</summary>
    [Theory]
    [InlineData("klEstimator: k3", "r.yaml:6: grpo.klEstimator: has no effect: klCoefficient is 0, so there is no KL penalty")]
    [InlineData("klIn: reward", "r.yaml:6: grpo.klIn: has no effect: klCoefficient is 0, so there is no KL penalty")]
    [InlineData(
        "dualClip: 3\n  surrogate: weight",
        "r.yaml:6: grpo.dualClip: has no effect: surrogate weight limits the importance ratio at 1 + clipHigh already "
            + "(in an arm, dualClip: null takes it away)"
    )]
    [InlineData("dualClip: 3\n  importanceLimit: 2", "r.yaml:6: grpo.dualClip: has no effect: " + AlwaysOne)]
    [InlineData("ratio: sequence\n  importanceLimit: 2", "r.yaml:6: grpo.ratio: has no effect: " + AlwaysOne)]
    [InlineData("surrogate: weight\n  importanceLimit: 2", "r.yaml:6: grpo.surrogate: has no effect: " + AlwaysOne)]
    [InlineData("clipLow: 0.1\n  importanceLimit: 2", "r.yaml:6: grpo.clipLow: has no effect: " + AlwaysOne)]
    [InlineData("clipHigh: 0.1\n  importanceLimit: 2", "r.yaml:6: grpo.clipHigh: has no effect: " + AlwaysOne)]
    [InlineData(
        "advantage: std\n  credit: { response: 0, attempt: 1 }",
        "r.yaml:6: grpo.advantage: has no effect: credit.response 0 takes the response's own advantage out of the loss"
    )]
    [InlineData(
        "verdictReward: 1\n  credit: { response: 0, attempt: 1 }",
        "r.yaml:6: grpo.verdictReward: has no effect: credit.response 0 takes the response's own reward out of the loss"
    )]
    [InlineData(
        "overlong: { from: 1 }\n  credit: { response: 0, attempt: 1 }",
        "r.yaml:6: grpo.overlong: has no effect: credit.response 0 takes the response's own reward out of the loss"
    )]
    [InlineData(
        "klIn: reward\n  klCoefficient: 1\n  credit: { response: 0, attempt: 1 }",
        "r.yaml:6: grpo.klIn: has no effect: credit.response 0 takes the response's own reward out of the loss"
    )]
    public void A_setting_without_effect_is_refused(string lines, string message) =>
        Assert.Equal(message, Assert.Throws<UserErrorException>(() => RecipeText.Parse(With(lines))).Message);

    [Theory]
    [InlineData("klEstimator: k2\n  klIn: reward\n  klCoefficient: 0.1")]
    [InlineData("dualClip: 3\n  ratio: sequence")]
    [InlineData("ratio: sequence\n  surrogate: weight\n  clipLow: 1\n  importanceLimit: 2\n  updatesPerStep: 2")]
    [InlineData("advantage: leave_one_out\n  groupSize: 2")]
    [InlineData("overlong: { from: 63 }\n  skipTruncated: true\n  aggregation: length")]
    [InlineData("klIn: loss\n  klCoefficient: 1\n  credit: { response: 0, attempt: 1 }")]
    public void Settings_with_an_effect_are_not(string lines) => RecipeText.Parse(With(lines));

    /// <summary>An arm may take away the penalty whose kind the recipe chose.</summary>
    [Fact]
    public void An_arm_is_checked_by_what_it_writes()
    {
        var text = With("klEstimator: k2\n  klCoefficient: 0.1");
        Assert.Equal(
            "k2",
            RecipeText.Parse(text + "\n  - { name: free, stages: [grpo], set: { grpo: { klCoefficient: 0 } } }").Grpo.KlEstimator
        );
        Assert.Equal(
            "r.yaml:20: arms[3].set.grpo.klEstimator: has no effect: klCoefficient is 0, so there is no KL penalty",
            Assert
                .Throws<UserErrorException>(() =>
                    RecipeText.Parse(text + "\n  - { name: free, stages: [grpo], set: { grpo: { klCoefficient: 0, klEstimator: k1 } } }")
                )
                .Message
        );
    }

    private static string With(string lines) =>
        RecipeText.Valid.Replace("  steps: 30\n", $"  {lines}\n  steps: 30\n", StringComparison.Ordinal);
}
