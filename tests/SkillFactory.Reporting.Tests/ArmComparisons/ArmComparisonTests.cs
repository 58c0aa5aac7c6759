using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.ArmComparisons;
using SkillFactory.Reporting.Pages;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Tests.ArmComparisons;

public sealed class ArmComparisonTests
{
    [Fact]
    public async Task Differences_match_the_accuracies()
    {
        var run = await SyntheticRun.MakeAsync([1, 2, 3]);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        foreach (var c in report.Comparisons.Where(c => c.BestOf is null && c.Right != "base"))
        {
            var level = report.Levels.Single(l => l.Level == c.Level);
            Assert.Equal(
                report.Find(c.Left, level)!.Pooled.Accuracy!.Value - report.Find(c.Right, level)!.Pooled.Accuracy!.Value,
                c.Accuracy.Value,
                9
            );
            Assert.Equal(3, c.Seeds.Count);
            Assert.InRange(c.Accuracy.Value, c.Accuracy.Interval!.Low, c.Accuracy.Interval.High);
        }

        var all = report.Comparisons.Select(c => (c.Left, c.Right, c.BestOf, c.Choice, c.Level)).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Fact]
    public async Task Conclusions_state_their_basis()
    {
        var run = await SyntheticRun.MakeAsync([1, 2, 3]);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        string[] Basis(string left, string right) =>
            [
                .. report
                    .Conclusions.Where(v => v.Level == "4" && v.Left == left && v.Right == right)
                    .Select(v => $"{v.Basis} {v.BestOf} {v.Choice}".Trim())
                    .Order(),
            ];

        // Both arms have 40 steps. Four answers of 14 tokens with reflections of 7 tokens reach 70 tokens, as do five answers without.
        Assert.Equal(
            [
                "equal_inference_tokens 4 reflection",
                "equal_inference_tokens 5 majority",
                "equal_inference_tokens 5 reflection_in_turn",
                "equal_steps",
            ],
            Basis("skillfactory/grpo", "rl-only/grpo")
        );

        // In turn, answers after one judged Correct cost no tokens.
        var inTurn = report
            .BestOfN.Where(b => b.Model == "rl-only/grpo" && b.Pooled.Level == "4")
            .ToDictionary(b => b.Pooled.N, b => b.Pooled.SequentialTokens!.Value);
        Assert.True(inTurn[4] < 70 && inTurn[5] >= 70);
        Assert.Equal(
            inTurn[5],
            report
                .Comparisons.Single(c =>
                    c is { Left: "skillfactory/grpo", Right: "rl-only/grpo", Level: "4", Choice: "reflection_in_turn" }
                )
                .RightTokens!.Value,
            9
        );
        // Also reported are the n that match the tokens of another model.
        Assert.Equal([2, 4, 5, 8], report.BestOfN.Where(b => b.Pooled.Level == "4").Select(b => b.Pooled.N));
        // 1.62 M against 0.3 + 0.1 + 0.4 + 0.05 + 0.8 = 1.65 M.
        Assert.Equal(["equal_training_tokens"], Basis("skillfactory/grpo", "rl-only-long/grpo"));
        Assert.Equal(1_650_000, report.Models.Single(m => m.Key == "skillfactory/grpo").TrainingTokens);
        Assert.Equal(850_000, report.Models.Single(m => m.Key == "skillfactory/sft").TrainingTokens);

        foreach (var v in report.Conclusions)
        {
            Assert.Equal(v.Difference.Interval!.Low > 0 || v.Difference.Interval.High < 0, v.ExcludesZero);
            Assert.Equal(
                v.Difference.Value > 0 ? v.Left
                    : v.Difference.Value < 0 ? v.Right
                    : null,
                v.Ahead
            );
            Assert.Equal(v.ExcludesZero && v.AdjustedP < 0.05, v.ToldApart);
            Assert.Contains(v.ToldApart ? "is better than" : "no significant difference", v.Text);
        }

        // The simulated accuracies on level 3 are 2.7 and 2.0 times that of the base model, so the gain is real.
        Assert.True(
            report.Conclusions.Single(v => v is { Level: "3", Basis: "equal_steps", Right: "rl-only/grpo" })
                is { ToldApart: true, Ahead: "skillfactory/grpo" }
        );

        // Holm's method multiplies the smallest p of a family by the size of the family.
        foreach (var family in report.Comparisons.GroupBy(c => c.Family))
        {
            Assert.Equal(Math.Min(1, family.Min(c => c.P) * family.Count()), family.Min(c => c.AdjustedP), 12);
            Assert.All(family, c => Assert.True(c.AdjustedP >= c.P));
        }

        Assert.Equal(["arms", "stages"], report.Comparisons.Select(c => c.Family).Distinct().Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GRPO_before_SFT_counts_and_the_last_stage_gives_the_final_model(bool grpoAgain)
    {
        var run = await SyntheticRun.MakeAsync([1, 2]);
        var stages = run.Export.Stages;
        IEnumerable<ArmStageResult> Of(string arm, string stage, int round) =>
            stages
                .Where(s => s.Arm == arm && s.Stage == stage && s.Checkpoint != "base")
                .Select(s => s with { Arm = "rl-first", Round = round });
        var export = run.Export with
        {
            Recipe = run.Export.Recipe with
            {
                Arms =
                [
                    .. run.Export.Recipe.Arms.Where(a => a.Name is "base" or "rl-only"),
                    new ArmSettings
                    {
                        Name = "rl-first",
                        Stages = ["grpo", "sample", "reflect", "traces", "sft", .. grpoAgain ? (string[])["grpo"] : []],
                    },
                ],
            },
            Stages =
            [
                .. stages.Where(s => s.Arm is "base" or "rl-only"),
                .. Of("rl-only", "grpo", 1),
                .. Of("sft-only", "sample", 2),
                .. Of("sft-only", "reflect", 2),
                .. Of("sft-only", "sft", 2),
                .. Of("sft-only", "evaluate", 1),
                .. grpoAgain
                    ?
                    [
                        .. Of("skillfactory", "grpo", 2),
                        .. stages
                            .Where(s => s.Arm == "skillfactory" && s is { Stage: "evaluate", Checkpoint: "grpo" })
                            .Select(s => s with { Arm = "rl-first" }),
                    ]
                    : Array.Empty<ArmStageResult>(),
            ],
        };
        var report = await RunReportBuilder.BuildAsync(export, run.Store);

        // The first GRPO stage takes 150,000 tokens, traces, SFT and gate take 850,000, and the second GRPO stage takes 800,000.
        var models = report.Models.Where(m => m.Arm == "rl-first").Select(m => (m.Label, m.Final, m.GrpoSteps, m.TrainingTokens));
        Assert.Equal(
            grpoAgain
                ? [("rl-first (SFT)", false, 40.0, 1_000_000.0), ("rl-first", true, 80.0, 1_800_000.0)]
                : [("rl-first", true, 40.0, 1_000_000.0)],
            models.Select(m => (m.Label, m.Final, m.GrpoSteps!.Value, m.TrainingTokens))
        );
        var left = grpoAgain ? "rl-first/grpo" : "rl-first/sft";
        var against = report.Comparisons.Where(c => c.Left == left && c.Right == "rl-only/grpo").ToList();
        Assert.Equal(!grpoAgain, against.Single(c => c.BestOf is null && c.Level == "4").Basis.Contains(ComparisonBasis.EqualSteps));
        Assert.Contains(against, c => c.BestOf is not null && c.Basis.Contains(ComparisonBasis.EqualInferenceTokens));
        Assert.DoesNotContain(report.Comparisons, c => c.Left == "rl-only/grpo" && c.Right == left);
    }

    [Fact]
    public async Task Arms_are_compared_with_the_reference_arm()
    {
        var run = await SyntheticRun.MakeAsync([1], 20);
        var recipe = run.Export.Recipe with { Evaluation = run.Export.Recipe.Evaluation with { Reference = "rl-only-long", BestOfN = [] } };
        var report = await RunReportBuilder.BuildAsync(
            run.Export with
            {
                Recipe = recipe,
                Stages = [.. run.Export.Stages.Where(s => s.Stage != "best_of_n")],
            },
            run.Store
        );
        Assert.Equal(
            ["rl-only/grpo", "skillfactory/grpo"],
            report.Comparisons.Where(c => c.Family == "arms").Select(c => c.Left).Distinct().Order()
        );
        Assert.Equal(["rl-only-long/grpo"], report.Comparisons.Where(c => c.Family == "arms").Select(c => c.Right).Distinct());
    }
}
