using System.Runtime.CompilerServices;
using System.Text;
using SkillFactory.Core.Metrics;

namespace SkillFactory.Core.Tests.Metrics;

/// <summary>Compares docs/reference/metrics.md with the names in the code. Run with UPDATE_GOLDEN=1 to write the page.</summary>
public sealed class MetricReferenceTests
{
    [Fact]
    public void The_page_lists_every_metric_with_its_unit_stage_and_meaning()
    {
        var path = Path.Combine(RepositoryRoot(), "docs", "reference", "metrics.md");
        var page = Render();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, page);
            return;
        }

        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == page,
            "docs/reference/metrics.md differs from the code; run this test with UPDATE_GOLDEN=1 and review the difference"
        );
    }

    [Fact]
    public void Every_constant_is_described_once()
    {
        Assert.Equal(Constants(typeof(MetricNames)), MetricNames.All.Select(m => m.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Constants(typeof(CountNames)), CountNames.All.Select(m => m.Name).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal);

    private static string Render()
    {
        var page = new StringBuilder();
        page.Append("# Metrics\n\n<!-- Generated from SkillFactory.Core.Metrics; do not edit. -->\n\n");
        page.Append("## Per step\n\n");
        page.Append("The `metrics` artifact of a training stage has one row per step, and a row for step 0 when validation ran before ");
        page.Append("the first step. A value without a case is absent. Shares are numbers from 0 to 1.\n\n");
        Table(page, MetricNames.All);
        page.Append("\n## Per stage\n\nCounts in the result of a training stage, besides `trained_tokens`, `generated_tokens` and ");
        page.Append("`validation_tokens`.\n\n");
        Table(page, CountNames.All);
        return page.ToString();
    }

    private static void Table(StringBuilder page, IReadOnlyList<MetricDescription> names)
    {
        page.Append("| name | unit | emitted by | meaning |\n|---|---|---|---|\n");
        foreach (var name in names)
        {
            page.Append($"| `{name.Name}` | {name.Unit} | {name.Stages} | {name.Meaning} |\n");
        }
    }

    private static string RepositoryRoot([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "SkillFactory.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"no solution above {here}");
    }
}
