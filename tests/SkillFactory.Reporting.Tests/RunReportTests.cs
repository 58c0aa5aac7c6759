using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkillFactory.Core;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Data.Conversations;
using SkillFactory.Data.Rollouts;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Html;
using SkillFactory.TestKit;

namespace SkillFactory.Reporting.Tests;

public sealed partial class RunReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("report").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Shows_each_distinct_model_once()
    {
        var run = await SyntheticRun.MakeAsync([1, 2]);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        Assert.Equal(
            ["base", "rl-only/grpo", "rl-only-long/grpo", "skillfactory/sft", "skillfactory/grpo"],
            report.Models.Select(m => m.Key)
        );
        Assert.Equal(["base", "rl-only", "rl-only-long", "skillfactory (SFT)", "skillfactory"], report.Models.Select(m => m.Label));
        Assert.Equal(["sft-only/sft"], report.Models[3].Aliases);
        Assert.Equal([true, true, true, false, true], report.Models.Select(m => m.Final || m.Arm.Length == 0));
        Assert.Equal(
            [("3", true, false), ("4", true, true), ("5", false, true)],
            report.Levels.Select(l => (l.Level, l.Trained, l.Harder))
        );
        Assert.Equal(15, report.Evaluations.Count);

        // The base's evaluation is one and the same for both seeds; the arms have two.
        Assert.Equal(240, report.Find("base", report.Levels[0])!.Pooled.Samples);
        Assert.Equal(480, report.Find("skillfactory/grpo", report.Levels[0])!.Pooled.Samples);
        Assert.Equal(60, report.Find("skillfactory/grpo", report.Levels[0])!.Pooled.Questions);
        Assert.Equal(2, report.Find("base", report.Levels[0])!.Seeds.Count);
    }

    [Fact]
    public async Task Differences_are_those_of_the_accuracies()
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
    public async Task Verdicts_say_on_what_basis()
    {
        var run = await SyntheticRun.MakeAsync([1, 2, 3]);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        string[] Basis(string left, string right) =>
            [
                .. report
                    .Verdicts.Where(v => v.Level == "4" && v.Left == left && v.Right == right)
                    .Select(v => $"{v.Basis} {v.BestOf} {v.Choice}".Trim())
                    .Order(),
            ];

        // 40 steps each; 4 answers of 14 tokens with reflections of 7 are the first to spend 70 tokens, and 5 answers without.
        Assert.Equal(
            [
                "equal_inference_tokens 4 reflection",
                "equal_inference_tokens 5 reflection_in_turn",
                "equal_inference_tokens 5 majority",
                "equal_steps",
            ],
            Basis("skillfactory/grpo", "rl-only/grpo")
        );

        // In turn, those that follow a Correct are saved.
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
        // Two answers of a plain model spend as much as one answer and more of another one.
        Assert.Equal([2, 4, 5, 8], report.BestOfN.Where(b => b.Pooled.Level == "4").Select(b => b.Pooled.N));
        // 1.62 M against 0.3 + 0.1 + 0.4 + 0.05 + 0.8 = 1.65 M.
        Assert.Equal(["equal_training_tokens"], Basis("skillfactory/grpo", "rl-only-long/grpo"));
        Assert.Equal(1_650_000, report.Models.Single(m => m.Key == "skillfactory/grpo").TrainingTokens);
        Assert.Equal(850_000, report.Models.Single(m => m.Key == "skillfactory/sft").TrainingTokens);

        foreach (var v in report.Verdicts)
        {
            Assert.Equal(v.Difference.Interval!.Low > 0 || v.Difference.Interval.High < 0, v.ExcludesZero);
            Assert.Equal(
                v.Difference.Value > 0 ? v.Left
                    : v.Difference.Value < 0 ? v.Right
                    : null,
                v.Ahead
            );
            Assert.Equal(v.ExcludesZero && v.AdjustedP < 0.05, v.ToldApart);
            Assert.Contains(v.ToldApart ? "is ahead of" : "cannot be told apart", v.Text);
        }

        // Skill 2.7 × against 2.0 ×: the simulated truth on level 3 is a gain.
        Assert.True(
            report.Verdicts.Single(v => v is { Level: "3", Basis: "equal_steps", Right: "rl-only/grpo" })
                is { ToldApart: true, Ahead: "skillfactory/grpo" }
        );

        // Corrected within each family: the smallest p of a family times its size.
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
    public async Task GRPO_before_the_traces_counts_and_the_last_stage_makes_the_final_model(bool again)
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
                        Stages = ["grpo", "sample", "reflect", "traces", "sft", .. again ? (string[])["grpo"] : []],
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
                .. again
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

        // 150,000 tokens in the first GRPO, 850,000 for traces, SFT and gate, 800,000 in the second.
        var models = report.Models.Where(m => m.Arm == "rl-first").Select(m => (m.Label, m.Final, m.GrpoSteps, m.TrainingTokens));
        Assert.Equal(
            again
                ? [("rl-first (SFT)", false, 40.0, 1_000_000.0), ("rl-first", true, 80.0, 1_800_000.0)]
                : [("rl-first", true, 40.0, 1_000_000.0)],
            models.Select(m => (m.Label, m.Final, m.GrpoSteps!.Value, m.TrainingTokens))
        );
        var left = again ? "rl-first/grpo" : "rl-first/sft";
        var against = report.Comparisons.Where(c => c.Left == left && c.Right == "rl-only/grpo").ToList();
        Assert.Equal(!again, against.Single(c => c.BestOf is null && c.Level == "4").Basis.Contains(Comparisons.EqualSteps));
        Assert.Contains(against, c => c.BestOf is not null && c.Basis.Contains(Comparisons.EqualInferenceTokens));
        Assert.DoesNotContain(report.Comparisons, c => c.Left == "rl-only/grpo" && c.Right == left);
        Assert.Contains(report.Summary, s =>
            s.StartsWith("On harder levels, at equal inference tokens, rl-first against rl-only with best of n", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_reference_arm_is_what_the_others_are_compared_with()
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

    [Fact]
    public async Task Seeds_limits_means_and_forcing_are_reported()
    {
        var run = await SyntheticRun.MakeAsync([1, 2, 3]);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        var cell = report.Find("skillfactory/grpo", report.Levels[0])!;
        double[] seeds = [.. cell.Seeds.Select(s => s.Figures.Accuracy!.Value)];
        Assert.Equal(cell.Pooled.Accuracy!.Value, cell.AcrossSeeds!.Value, 12);
        Assert.Equal(Math.Sqrt(seeds.Sum(s => Math.Pow(s - seeds.Average(), 2)) / 2), cell.SeedDeviation!.Value, 12);

        // Responses of 70 tokens under limits of 64, 128 and 256.
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

        // One task: its family is what is harder than the easiest trained level.
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
    public async Task Summaries_of_an_older_version_are_made_again_from_the_rollouts()
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
    public async Task Cells_are_one_row_per_model_level_and_metric()
    {
        var run = await SyntheticRun.MakeAsync([1, 2]);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        var rows = CellsFile.Write(report).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(',')).ToList();
        Assert.Equal(["arm", "checkpoint", "model", "task", "level", "metric", "seed", "value", "count", "seeds", "low", "high"], rows[0]);
        Assert.All(rows, r => Assert.Equal(12, r.Length));
        Assert.Equal(rows.Count, rows.Select(r => (r[2], r[3], r[4], r[5], r[6])).Distinct().Count());
        var accuracy = rows.Single(r => r[2] == "skillfactory/grpo" && r[4] == "3" && r[5] == "accuracy" && r[6].Length == 0);
        var cell = report.Find("skillfactory/grpo", report.Levels[0])!;
        Assert.Equal(cell.Pooled.Accuracy!.Value, double.Parse(accuracy[7], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(["skillfactory", "grpo", "60", "2"], [accuracy[0], accuracy[1], accuracy[8], accuracy[9]]);
        Assert.Equal(
            ["1", "2"],
            rows.Where(r => r[2] == "skillfactory/grpo" && r[4] == "3" && r[5] == "accuracy" && r[6].Length > 0).Select(r => r[6])
        );
        Assert.Contains(rows, r =>
            r[2] == "skillfactory/grpo" && r[3] == "countdown" && r[4].Length == 0 && r[5] == "mean_forced_difference"
        );
        foreach (
            var metric in new[]
            {
                "pass@4",
                "majority@4",
                "tokens",
                "accuracy_within_64",
                "stop_after_incorrect",
                "correct_f1",
                "oracle_stop",
                "forced_accuracy",
            }
        )
        {
            Assert.Contains(rows, r => r[2] == "skillfactory/grpo" && r[5] == metric);
        }

        Assert.Contains(rows, r => r[2] == "rl-only/grpo" && r[5] == "best_of_8_majority");
    }

    [Fact]
    public async Task Costs_gates_and_reuse_are_counted_once()
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
        Assert.Contains(report.Caveats, c => c.Contains("did not reach its gate"));

        // Per seed: 20 + 10 + 0.5 + 60 + 3 × 90 + 5 × 12 + 8; the base's evaluation once for both.
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
    public async Task Skills_follow_the_simulated_model()
    {
        var run = await SyntheticRun.MakeAsync([1]);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        var skill = report.Skills.Single(s => s is { Model: "skillfactory/grpo", Level: "3" }).Figures;
        Assert.Equal(2, skill.AttemptsPerResponse!.Value);
        Assert.Equal(1, skill.StopAfterCorrect!.Value);
        Assert.Equal(0, skill.StopAfterIncorrect!.Value);
        Assert.Equal(0, skill.FirstAttempt!.Value);
        // It calls every second attempt Correct, so precision is the share of right second attempts.
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Page_is_well_formed_self_contained_and_escapes_what_models_wrote(bool stopEarly)
    {
        var run = await SyntheticRun.MakeAsync([1, 2], stopEarly: stopEarly);
        var html = ReportPage.Render(await RunReportBuilder.BuildAsync(run.Export, run.Store));
        var page = XDocument.Parse(html);

        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "script" or "img" or "link" or "iframe" or "object" or "embed");
        foreach (var attribute in page.Descendants().Attributes())
        {
            Assert.False(attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase), attribute.ToString());
            Assert.True(
                attribute.Name.LocalName is not ("src" or "href" or "xlink:href") || attribute.Value.StartsWith('#'),
                attribute.ToString()
            );
            Assert.DoesNotContain("url(", attribute.Value);
        }

        var css = page.Descendants("style").Single().Value;
        Assert.DoesNotContain("@import", css);
        Assert.DoesNotContain("url(", css);
        Assert.Contains("prefers-color-scheme: dark", css);

        // Every variable that is used is defined; every id is unique and every link meets one.
        foreach (Match use in VariablePattern().Matches(html))
        {
            Assert.Contains($"{use.Groups[1].Value}:", css);
        }

        var ids = page.Descendants().Attributes("id").Select(a => a.Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(page.Descendants("a"), a => Assert.Contains(a.Attribute("href")!.Value[1..], ids));
        Assert.All(page.Descendants("svg"), s => Assert.Equal("title", s.Elements().First().Name.LocalName));
        Assert.All(page.Descendants("table"), t => Assert.Equal("caption", t.Elements().First().Name.LocalName));
        foreach (var table in page.Descendants("table"))
        {
            var columns = table.Element("thead")!.Element("tr")!.Elements().Count();
            Assert.All(table.Element("tbody")!.Elements("tr"), r =>
                Assert.Equal(columns, r.Elements().Sum(e => (int?)e.Attribute("colspan") ?? 1))
            );
        }

        Assert.Contains(
            "<script>alert('x')</script> & \"quotes\" \uFFFD \uFFFD <img",
            string.Concat(page.Descendants("pre").Select(p => p.Value))
        );
        Assert.DoesNotContain("NaN", html);
        if (!stopEarly)
        {
            Assert.NotEmpty(page.Descendants("polyline"));
            Assert.Contains(page.Descendants("span"), s => s.Attribute("class")?.Value == "in-reflect said-correct");
        }
    }

    [Fact]
    public async Task Export_leaves_a_whole_folder()
    {
        var run = await SyntheticRun.MakeAsync([1, 2], 10);
        var report = await RunExporter.ExportAsync(run.Export, run.Store, _folder);
        var files = Directory
            .GetFiles(_folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(_folder, f).Replace('\\', '/'))
            .ToHashSet();
        Assert.DoesNotContain(files, f => f.EndsWith(".tmp"));
        foreach (var seed in new[] { 1, 2 })
        {
            // The SFT checkpoint that two arms share is there once.
            foreach (var checkpoint in new[] { "skillfactory/sft", "skillfactory/grpo", "rl-only/grpo", "rl-only-long/grpo" })
            {
                foreach (var file in new[] { "config.json", "tokenizer.json", "model.safetensors" })
                {
                    Assert.Contains($"checkpoints/{seed}/{checkpoint}/{file}", files);
                }
            }

            var dataset = await ConversationFiles.ReadAsync(Path.Combine(_folder, $"dataset/{seed}-skillfactory.jsonl")).ToListAsync();
            Assert.Equal(["t0", "t1", "t2"], dataset.Select(c => c.Id));
            Assert.Equal([$"question 1 of seed {seed}", "<think>7"], dataset[1].Turns.Select(t => t.Content));
            Assert.Equal(3, await ConversationFiles.ReadAsync(Path.Combine(_folder, $"dataset/{seed}-skillfactory.parquet")).CountAsync());
            Assert.Contains($"metrics/{seed}-skillfactory-grpo.jsonl", files);
            Assert.Contains($"tensorboard/{seed}-rl-only-grpo/events.out.tfevents.1700000000.skillfactory", files);
            Assert.Equal(
                $"rl-only{seed}",
                await File.ReadAllTextAsync(Path.Combine(_folder, $"checkpoints/{seed}/rl-only/grpo/model.safetensors"))
            );
        }

        Assert.DoesNotContain(files, f => f.Contains("sft-only"));

        // 3 levels × 10 questions × 4 samples for the base once, four checkpoints of each seed and one of them made to go on; × 8 answers and reflections of best of n.
        var rollouts = await RolloutParquet.ReadAsync(Path.Combine(_folder, "rollouts.parquet")).ToListAsync();
        Assert.Equal((3 * 10 * 4 * (1 + (2 * 5))) + (2 * 3 * 10 * 8 * 2), rollouts.Count);
        Assert.Equal(rollouts.Count, rollouts.Select(r => (r.Seed, r.Arm, r.Stage, r.Checkpoint, r.Rollout.Id)).Distinct().Count());
        Assert.All(rollouts, r => Assert.Equal("synthetic-1", r.Experiment));
        Assert.Equal(run.Export.RecipeText, await File.ReadAllTextAsync(Path.Combine(_folder, "recipe.yaml")));
        Assert.Equal(41, File.ReadLines(Path.Combine(_folder, "metrics/1-rl-only-grpo.jsonl")).Count());
        Assert.Equal(ReportPage.Render(report), await File.ReadAllTextAsync(Path.Combine(_folder, "report.html")));

        // What is on the disk can be read back, and says the same.
        var json = await File.ReadAllTextAsync(Path.Combine(_folder, "report.json"));
        var back = JsonSerializer.Deserialize<RunReport>(json, CoreJson.Options)!;
        Assert.Equal(ReportPage.Render(report), ReportPage.Render(back));
    }

    [Fact]
    public async Task Exporting_again_replaces_only_what_changed()
    {
        var run = await SyntheticRun.MakeAsync([1], 10);
        await RunExporter.ExportAsync(run.Export, run.Store, _folder);
        var (whole, damaged) = (
            Path.Combine(_folder, "checkpoints/1/skillfactory/grpo/model.safetensors"),
            Path.Combine(_folder, "checkpoints/1/rl-only/grpo/model.safetensors")
        );
        var mark = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        await File.WriteAllTextAsync(damaged, "XXXXXXXX");
        File.SetLastWriteTimeUtc(whole, mark);
        await RunExporter.ExportAsync(run.Export, run.Store, _folder);
        Assert.Equal("rl-only1", await File.ReadAllTextAsync(damaged));
        Assert.Equal(mark, File.GetLastWriteTimeUtc(whole));
    }

    [Fact]
    public async Task A_run_without_anything_has_a_report_too()
    {
        var run = await SyntheticRun.MakeAsync([1], 2, stopEarly: true);
        var report = await RunExporter.ExportAsync(run.Export with { Stages = [] }, run.Store, _folder);
        Assert.Empty(report.HeadlineTable());
        Assert.Contains("Nothing has been evaluated yet", XDocument.Parse(ReportPage.Render(report)).Root!.Value);
    }

    [Fact]
    public async Task Headline_table_is_rectangular()
    {
        var run = await SyntheticRun.MakeAsync([1], 20);
        var table = (await RunReportBuilder.BuildAsync(run.Export, run.Store)).HeadlineTable();
        Assert.Equal(4, table.Count);
        Assert.All(table, row => Assert.Equal(6, row.Count));
        Assert.Matches(@"^\d+\.\d \[\d+\.\d, \d+\.\d\]$", table[1][5]);
    }

    [Fact]
    public async Task Every_field_of_the_json_is_documented()
    {
        var documentation = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot(), "docs", "reference", "report-json.md"));
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
                    // Keys that are data: counts of stages, k of pass@k.
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

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SkillFactory.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"var\((--\w+)\)")]
    private static partial Regex VariablePattern();
}
