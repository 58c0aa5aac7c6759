using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkillFactory.Core;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Pages;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Tests.Report;

public sealed class RunReportTests
{
    [Fact]
    public async Task Each_distinct_model_is_listed_once()
    {
        var run = await SyntheticRun.MakeAsync([1, 2]);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        Assert.Equal(
            ["base", "rl-only/grpo", "rl-only-long/grpo", "skillfactory/sft", "skillfactory/grpo"],
            report.Models.Select(m => m.Key)
        );
        Assert.Equal(
            ["base", "rl-only", "rl-only-long", "skillfactory (SFT) = sft-only", "skillfactory"],
            report.Models.Select(m => m.Label)
        );
        Assert.Equal(["sft-only/sft"], report.Models[3].Aliases);
        Assert.Equal([true, true, true, false, true], report.Models.Select(m => m.Final || m.Arm.Length == 0));
        Assert.Equal(
            [("3", true, false), ("4", true, true), ("5", false, true)],
            report.Levels.Select(l => (l.Level, l.Trained, l.Harder))
        );
        Assert.Equal(15, report.Evaluations.Count);

        // Both seeds share the evaluation of the base model. The arms have one per seed.
        Assert.Equal(240, report.Find("base", report.Levels[0])!.Pooled.Samples);
        Assert.Equal(480, report.Find("skillfactory/grpo", report.Levels[0])!.Pooled.Samples);
        Assert.Equal(60, report.Find("skillfactory/grpo", report.Levels[0])!.Pooled.Questions);
        Assert.Equal(2, report.Find("base", report.Levels[0])!.Seeds.Count);
    }

    [Fact]
    public async Task No_level_counts_as_trained_when_no_arm_trains()
    {
        var run = await SyntheticRun.MakeAsync([1], 10);
        var export = run.Export with
        {
            Recipe = run.Export.Recipe with { Arms = [new ArmSettings { Name = "base" }] },
            Stages = [.. run.Export.Stages.Where(s => s.Arm == "base")],
        };
        var report = await RunReportBuilder.BuildAsync(export, run.Store);
        Assert.Equal(3, report.Levels.Count);
        Assert.All(report.Levels, l => Assert.False(l.Trained || l.Harder));
        Assert.Equal(["tiny was evaluated without training on countdown 3, 4 and 5, with seed 1."], report.Summary);
        Assert.DoesNotContain("Trained levels", ReportPage.Render(report));
    }

    [Fact]
    public async Task Report_has_seeds_limits_means_and_forcing()
    {
        var run = await SyntheticRun.MakeAsync([1, 2, 3]);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        var cell = report.Find("skillfactory/grpo", report.Levels[0])!;
        double[] seeds = [.. cell.Seeds.Select(s => s.Figures.Accuracy!.Value)];
        Assert.Equal(cell.Pooled.Accuracy!.Value, cell.AcrossSeeds!.Value, 12);
        Assert.Equal(Math.Sqrt(seeds.Sum(s => Math.Pow(s - seeds.Average(), 2)) / 2), cell.SeedDeviation!.Value, 12);

        // All responses have 70 tokens. The limits are 64, 128 and 256.
        Assert.Equal([64, 128, 256], cell.Limits.Select(l => l.Limit));
        Assert.Equal([0, cell.Pooled.Accuracy.Value, cell.Pooled.Accuracy.Value], cell.Limits.Select(l => l.Accuracy!.Value));
        Assert.Equal([64, 70, 70], cell.Limits.Select(l => l.Tokens!.Value));

        var mean = report.Means.Single(m => m is { Model: "skillfactory/grpo", Group: "harder" });
        Assert.Equal(["countdown 4", "countdown 5"], mean.Levels);
        Assert.Equal(
            report.Levels.Skip(1).Average(l => report.Find("skillfactory/grpo", l)!.Pooled.Accuracy!.Value),
            mean.Accuracy.Value,
            12
        );
        var difference = report.MeanComparisons.Single(m => m is { Left: "skillfactory/grpo", Right: "rl-only/grpo", Group: "harder" });
        Assert.Equal(
            mean.Accuracy.Value - report.Means.Single(m => m is { Model: "rl-only/grpo", Group: "harder" }).Accuracy.Value,
            difference.Accuracy.Value,
            12
        );

        // The family of the only task has the levels above the easiest trained one.
        var family = report.Families.Single(m => m.Model == "skillfactory/grpo");
        Assert.Equal(("countdown", mean.Accuracy.Value), (family.Group, family.Accuracy.Value));
        var forcedFamily = Assert.Single(report.ForcedFamilies);
        Assert.Equal(report.Forced.Where(f => f.Level != "3").Average(f => f.Difference.Value), forcedFamily.Difference.Value, 12);
        Assert.Equal("skillfactory/grpo", report.Run.Reference);

        Assert.Equal(3, report.Forced.Count);
        var forced = report.Forced.Single(f => f.Level == "3");
        Assert.Equal(("skillfactory/grpo", "<sample>", 1), (forced.Model, forced.Trigger, forced.Times));
        Assert.Equal(cell.Pooled.Accuracy.Value, forced.Standard.Value, 12);
        Assert.Equal(forced.Forced.Value - forced.Standard.Value, forced.Difference.Value, 9);
    }

    [Fact]
    public async Task Summaries_of_an_older_version_are_computed_again()
    {
        var run = await SyntheticRun.MakeAsync([1], 20);
        var expected = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        var old = await run.Store.PutAsync("application/json", s =>
            s.WriteAsync("{\"schemaVersion\":1,\"levels\":[]}"u8.ToArray()).AsTask()
        );
        ArmStageResult Older(ArmStageResult s) =>
            s with
            {
                Result = s.Result with { Outputs = s.Result.Outputs.ToDictionary(o => o.Key, o => o.Key == "summary" ? old : o.Value) },
            };
        var again = await RunReportBuilder.BuildAsync(run.Export with { Stages = [.. run.Export.Stages.Select(Older)] }, run.Store);
        Assert.Equal(expected.Evaluations.Select(e => e.Pooled.Accuracy!.Value), again.Evaluations.Select(e => e.Pooled.Accuracy!.Value));
        Assert.Equal(expected.BestOfN.Select(b => b.Pooled.Verifier!.Value), again.BestOfN.Select(b => b.Pooled.Verifier!.Value));
        Assert.Equal(expected.Comparisons.Select(c => c.AdjustedP), again.Comparisons.Select(c => c.AdjustedP));
    }

    [Fact]
    public async Task Shared_stages_are_counted_once()
    {
        var run = await SyntheticRun.MakeAsync([1, 2]);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        var account = report.Tokens.Single(t => t is { Arm: "skillfactory", Seed: 2 });
        Assert.Equal(
            (300_000, 100_000, 400_000, 50_000, 800_000, 1_650_000),
            (account.Sampled, account.Reflected, account.SftTrained, account.GateGenerated, account.GrpoGenerated, account.Total)
        );
        Assert.Equal(150_000, report.Tokens.Single(t => t is { Arm: "rl-only", Seed: 1 }).Total);
        Assert.Contains(report.Gates, g => g is { Arm: "skillfactory", Seed: 2, Held: false, Extensions: 1, Steps: 30 });
        Assert.Equal(
            Wilson.Interval(40, 200, 0.95),
            report.Gates.Single(g => g is { Arm: "skillfactory", Seed: 2 }).StopAfterIncorrect!.Interval
        );
        Assert.Contains(report.Caveats, c => c.Contains("did not pass its gate"));

        // Each seed takes 20 + 10 + 0.5 + 60 + 3 × 90 + 5 × 12 + 8 seconds. The evaluation of the base model is shared.
        Assert.Equal((2 * 428.5) + 12, report.Run.WallSeconds);
        Assert.Equal(20, report.Run.ReusedWallSeconds);
        Assert.Equal(report.Stages.Select(s => s.Key).Distinct().Count(), report.Stages.Count(s => !s.Shared));
        Assert.Equal(2 * 3, report.Curves.Count(c => c.Metric == "reward"));
        Assert.Equal(Wilson.Interval(97, 100, 0.95), report.Gates[0].WellFormed!.Interval);
    }

    [Fact]
    public async Task Evaluations_during_training_are_curves_with_intervals()
    {
        var run = await SyntheticRun.MakeAsync([1], 10);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        var curve = report.Curves.Single(c => c is { Arm: "rl-only", Metric: "eval/accuracy" });
        Assert.Equal([0, 10, 20, 30, 40], curve.Steps);
        Assert.Equal([0.25, 0.375, 0.5, 0.625, 0.75], curve.Values);
        Assert.Equal(Wilson.Interval(32, 64, 0.95), new Interval(curve.Low![2], curve.High![2], 0.95));
        Assert.Null(report.Curves.Single(c => c is { Arm: "rl-only", Metric: "reward" }).Low);
        Assert.Equal(1, report.Curves.Single(c => c is { Arm: "rl-only", Metric: "reward" }).Steps[0]);
        var page = XDocument.Parse(ReportPage.Render(report)).Root!;
        Assert.Contains(page.Descendants("h3"), h => h.Value == "Validation questions during GRPO");
        Assert.Contains(page.Descendants("h3"), h => h.Value == "Validation questions during SFT");
    }

    [Fact]
    public async Task Skills_match_the_simulated_model()
    {
        var run = await SyntheticRun.MakeAsync([1]);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        var skill = report.Skills.Single(s => s is { Model: "skillfactory/grpo", Level: "3" }).Figures;
        Assert.Equal(2, skill.AttemptsPerResponse!.Value);
        Assert.Equal(1, skill.StopAfterCorrect!.Value);
        Assert.Equal(0, skill.StopAfterIncorrect!.Value);
        Assert.Equal(0, skill.FirstAttempt!.Value);
        // The model judges every second attempt Correct, so the precision is the share of correct second attempts.
        Assert.Equal(skill.WrongToRight!.Value, skill.CorrectPrecision!.Value);
        Assert.Equal(1, report.Skills.Single(s => s is { Model: "base", Level: "3" }).Figures.AttemptsPerResponse!.Value);
    }

    [Fact]
    public async Task The_same_run_gives_the_same_bytes()
    {
        var (one, two) = (await SyntheticRun.MakeAsync([1]), await SyntheticRun.MakeAsync([1]));
        var (a, b) = (await RunReportBuilder.BuildAsync(one.Export, one.Store), await RunReportBuilder.BuildAsync(two.Export, two.Store));
        Assert.Equal(JsonSerializer.Serialize(a, CoreJson.Options), JsonSerializer.Serialize(b, CoreJson.Options));
        Assert.Equal(ReportPage.Render(a), ReportPage.Render(b));
    }

    [Fact]
    public async Task Every_field_of_the_json_is_documented()
    {
        var documentation = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "reference", "report-json.md"));
        var run = await SyntheticRun.MakeAsync([1, 2], 10);
        var report = JsonSerializer.SerializeToElement(await RunReportBuilder.BuildAsync(run.Export, run.Store), CoreJson.Options);
        var names = new HashSet<string>();
        void Collect(JsonElement element, string path)
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                {
                    Collect(item, path);
                }
            }
            else if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in element.EnumerateObject())
                {
                    // Some keys are data: the names of stage counts and the k of pass@k.
                    var isData = path is "counts" or "atK";
                    if (!isData)
                    {
                        names.Add(property.Name);
                    }

                    Collect(
                        property.Value,
                        path == "counts" ? ""
                            : property.Name == "counts" && element.TryGetProperty("wallSeconds", out _) ? "counts"
                            : property.Name is "passAtK" or "majorityAtK" ? "atK"
                            : ""
                    );
                }
            }
        }

        Collect(report, "");
        Assert.True(names.Count > 100, $"{names.Count}");
        Assert.All(names, name => Assert.Contains($"`{name}`", documentation));
    }
}
