using SkillFactory.Reporting.Opening;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Tests.Opening;

public sealed class HeadlineTableTests
{
    [Fact]
    public async Task The_table_for_terminals_has_every_level_the_mean_and_the_cost()
    {
        var run = await SyntheticRun.MakeAsync([1], 20);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        var cells = HeadlineTable.Of(report);
        var table = cells.Select(row => row.Select(c => c.Value).ToList()).ToList();
        Assert.Equal(["accuracy, %", .. report.Models.Select(m => m.Label)], table[0]);
        Assert.Equal(
            ["countdown 3", "countdown 4", "countdown 5", "mean of all levels", "training tokens", "tokens per response"],
            table.Skip(1).Select(r => r[0])
        );
        Assert.All(table, row => Assert.Equal(6, row.Count));
        Assert.All(table.Skip(1).Take(4), row => Assert.Matches(@"^\d+\.\d$", row[5]));
        Assert.All(cells.Skip(1).Take(4), row => Assert.Matches(@"^\[\d+\.\d, \d+\.\d\]$", row[5].Interval));
        Assert.Equal(["training tokens", "–", "150 k", "1.62 M", "850 k", "1.65 M"], table[5]);
        Assert.Equal(["tokens per response", "14", "14", "14", "70", "70"], table[6]);
    }
}
