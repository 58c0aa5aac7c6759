using SkillFactory.Reporting.Report;
using SkillFactory.Reporting.RunFolder;

namespace SkillFactory.Reporting.Tests.RunFolder;

public sealed class CellsFileTests
{
    [Fact]
    public async Task Cells_file_has_one_row_per_model_level_metric_and_seed()
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
}
