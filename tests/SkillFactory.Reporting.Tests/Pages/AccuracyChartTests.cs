using System.Globalization;
using System.Xml.Linq;
using SkillFactory.Reporting.Pages;
using SkillFactory.Reporting.Report;
using SkillFactory.Reporting.Tests.Opening;

namespace SkillFactory.Reporting.Tests.Pages;

public sealed class AccuracyChartTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(3, 14)]
    public void Every_arm_on_every_level_is_in_the_chart_once(int seed, int baselines)
    {
        var report = RandomReport.Make(seed, baselines).Report;
        var rows = Rows(report);
        Assert.Equal(
            report.Evaluations.Select(e => $"{report.LabelOf(e.Model)} on {ReportedLevel.LabelOf(e.Task, e.Level)}").Order(),
            rows.Select(r => ((string)r.Attribute("title")!).Split(':')[0]).Order()
        );
    }

    [Fact]
    public async Task Every_arm_of_the_recipe_is_named_in_the_chart_and_in_the_tables()
    {
        var run = await SyntheticRun.MakeAsync([1], 10);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        var names = Rows(report).Select(r => r.Elements("span").First().Value).ToHashSet();
        Assert.All(run.Export.Recipe.Arms, arm => Assert.Contains(names, n => n.Split(" = ").Contains(arm.Name)));

        // Every row head of the table of accuracies is a name of the chart.
        var table = XDocument.Parse(ReportPage.Render(report)).Descendants("table").First();
        var heads = table.Element("tbody")!.Elements("tr").Select(r => r.Element("th")!.Value).Where(h => h != "questions").ToHashSet();
        Assert.Equal(names, heads);
    }

    [Fact]
    public void All_levels_have_one_scale()
    {
        var report = RandomReport.Make(4, 3).Report;
        var shares = Rows(report)
            .Where(r => Value(r) > 1)
            .Select(r => Left(r.Descendants("span").Single(s => ((string?)s.Attribute("class"))!.StartsWith("mark"))) / Value(r))
            .ToList();
        Assert.NotEmpty(shares);
        Assert.All(shares, s => Assert.Equal(shares[0], s, 1e-2));
    }

    [Fact]
    public void The_axis_of_each_column_is_labelled()
    {
        var page = XDocument.Parse(ReportPage.Render(RandomReport.Make(5, 1).Report));
        var axes = page.Descendants("div").Where(d => (string?)d.Attribute("class") == "ticks").ToList();
        Assert.Equal(2, axes.Count);
        Assert.All(axes, a => Assert.Equal(["accuracy, %", "0", "20", "40", "60", "80", "100"], Leaves(a)));
    }

    private static List<XElement> Rows(RunReport report) =>
        [
            .. XDocument
                .Parse(ReportPage.Render(report))
                .Descendants("section")
                .Single(s => (string?)s.Attribute("aria-labelledby") == "chart")
                .Descendants("li"),
        ];

    private static IEnumerable<string> Leaves(XElement element) =>
        element.Descendants("span").Where(s => !s.HasElements).Select(s => s.Value);

    private static double Value(XElement row) => double.Parse(row.Elements("span").Last().Value, CultureInfo.InvariantCulture);

    private static double Left(XElement mark) =>
        double.Parse(((string)mark.Attribute("style")!)["left:".Length..^1], CultureInfo.InvariantCulture);
}
