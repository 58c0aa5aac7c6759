using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Pages;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Tests.Pages;

public sealed partial class ReportTablesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Each_number_is_in_one_table_only(int seeds)
    {
        // A number with its interval names a figure: two figures hardly have all three values in common.
        var places =
            from table in await TablesAsync(seeds)
            where !IsOfSkills(table)
            from cell in table.Element("tbody")!.Elements("tr").Elements("td")
            let text = Text(cell)
            where IntervalPattern().IsMatch(text)
            group table.Element("caption")!.Value by text;
        Assert.NotEmpty(places);
        Assert.All(places, place => Assert.True(place.Distinct().Count() == 1, $"{place.Key} is in: {string.Join(" | ", place)}"));
    }

    /// <summary>Many skills of the simulated model are the same number, because only its second attempt can be correct.</summary>
    [Fact]
    public async Task Each_skill_is_in_one_table_only()
    {
        var tables = (await TablesAsync(1)).Where(IsOfSkills).ToList();
        Assert.Equal(3, tables.Count);
        var heads = tables.SelectMany(t => t.Element("thead")!.Descendants("th").Skip(1).Select(h => h.Value).Distinct()).ToList();
        Assert.Equal(heads.Count, heads.Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Each_accuracy_of_a_level_is_in_exactly_one_table(int seeds)
    {
        var run = await SyntheticRun.MakeAsync([.. Enumerable.Range(1, seeds).Select(s => (long)s)]);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        var cells = Tables(report).Where(t => !IsOfSkills(t)).SelectMany(t => t.Descendants("td")).Select(Text).ToList();
        Assert.All(report.Evaluations.Select(e => e.Pooled.Accuracy!), accuracy =>
            Assert.Single(cells, c => c.StartsWith(Shown(accuracy), StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_table_row_or_column_is_without_content(int seeds)
    {
        foreach (var table in await TablesAsync(seeds))
        {
            var rows = table.Element("tbody")!.Elements("tr").ToList();
            var data = rows.Where(r => r.Elements("td").Any()).ToList();
            Assert.NotEmpty(data);
            Assert.All(data, row => Assert.Contains(row.Elements("td"), HasContent));
            for (var column = 0; column < table.Element("thead")!.Element("tr")!.Elements().Count(); column++)
            {
                Assert.Contains(data, row => HasContent(row.Elements().ElementAt(column)));
            }

            // The heading of a group has at least one row below it.
            Assert.All(rows.Index().Where(r => (string?)r.Item.Attribute("class") == "group"), r =>
                Assert.Contains(rows.ElementAtOrDefault(r.Index + 1)?.Elements("td") ?? [], HasContent)
            );
        }
    }

    [Fact]
    public async Task A_model_without_attempts_to_retry_is_not_in_the_tables_of_skills()
    {
        var run = await SyntheticRun.MakeAsync([1]);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        var section = XDocument
            .Parse(ReportPage.Render(report))
            .Descendants("section")
            .Single(s => s.Elements("h2").Any(h => h.Value == "Skill use"));
        Assert.NotEmpty(section.Descendants("tr"));
        Assert.DoesNotContain(section.Descendants("th"), h => h.Value is "base" or "rl-only");
    }

    private static async Task<List<XElement>> TablesAsync(int seeds)
    {
        // With many questions, two figures are hardly equal by chance.
        var run = await SyntheticRun.MakeAsync([.. Enumerable.Range(1, seeds).Select(s => (long)s)], questions: 97);
        return Tables(await RunReportBuilder.BuildAsync(run.Export, run.Store));
    }

    private static List<XElement> Tables(RunReport report) => [.. XDocument.Parse(ReportPage.Render(report)).Descendants("table")];

    private static string Shown(Estimate share) =>
        string.Format(
            CultureInfo.InvariantCulture,
            "{0:F1} [{1:F1}, {2:F1}]",
            100 * share.Value,
            100 * share.Interval!.Low,
            100 * share.Interval.High
        );

    private static string Text(XElement cell) => string.Join(' ', cell.DescendantNodes().OfType<XText>().Select(t => t.Value));

    private static bool IsOfSkills(XElement table) =>
        table.Ancestors("section").Any(s => (string?)s.Attribute("aria-labelledby") == "skills");

    private static bool HasContent(XElement cell) =>
        Text(cell).Any(char.IsLetterOrDigit) || cell.Descendants("span").Any(s => (string?)s.Attribute("class") == "meter");

    /// <summary>A number with an interval that has some width and does not begin at zero.</summary>
    [GeneratedRegex(@"^[+−]?\d+\.\d+ \[[+−]?(?!0\.0,)\d+\.\d+, [+−]?\d+\.\d+\]")]
    private static partial Regex IntervalPattern();
}
