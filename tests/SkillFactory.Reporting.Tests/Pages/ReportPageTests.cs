using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkillFactory.Reporting.Pages;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Tests.Pages;

public sealed partial class ReportPageTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Page_is_well_formed_and_self_contained_and_escapes_responses(bool stopEarly)
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

        // Every used variable is defined, every id is unique, and every link has a target.
        foreach (Match use in VariablePattern().Matches(html))
        {
            Assert.Contains($"{use.Groups[1].Value}:", css);
        }

        var ids = page.Descendants().Attributes("id").Select(a => a.Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(page.Descendants("a"), a => Assert.Contains(a.Attribute("href")!.Value[1..], ids));
        Assert.All(page.Descendants("svg"), s => Assert.Equal("title", s.Elements().First().Name.LocalName));

        // Both axes of every plot have a label in words.
        Assert.All(page.Descendants("svg"), s =>
            Assert.Equal(2, s.Elements("text").Count(t => t.Value.Any(char.IsLetter) && (string?)t.Attribute("class") == "axis"))
        );
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

    [GeneratedRegex(@"var\((--\w+)\)")]
    private static partial Regex VariablePattern();
}
