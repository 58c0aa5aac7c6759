using System.Text.RegularExpressions;
using SkillFactory.Core.Traces;
using SkillFactory.Reporting.Pages;
using SkillFactory.Reporting.Report;
using SkillFactory.Reporting.RunFolder;

namespace SkillFactory.Reporting.Tests.Pages;

/// <summary>The table of what each filter kept.</summary>
public sealed partial class YieldSectionTests
{
    [Fact]
    public async Task Every_filter_with_a_count_is_shown_by_outcome_and_arm()
    {
        var yield = new TraceYield
        {
            Questions = 10,
            QuestionsUsable = 7,
            Attempts = new(30, 50),
            AttemptsLeakingHint = new(2, 3),
            AttemptsKept = new(28, 47),
            Traces = 1234,
        };
        var rows = await RowsAsync(
            new StageTime(1, "a", "traces", "", "k1", 1, false, false, yield.ToCounts()),
            new StageTime(2, "a", "traces", "", "k2", 1, false, false, yield.ToCounts()),
            new StageTime(1, "b", "traces", "", "k1", 1, false, true, yield.ToCounts()),
            new StageTime(1, "c", "traces", "", "k3", 1, true, false, new TraceYield { Questions = 5 }.ToCounts()),
            new StageTime(
                1,
                "d",
                "given",
                "",
                "k4",
                1,
                false,
                false,
                new Dictionary<string, double>
                {
                    ["rows"] = 9,
                    ["correct"] = 6,
                    ["wrong"] = 1,
                    ["traces"] = 6,
                }
            )
        );
        Assert.Equal(
            [
                "Count|a|c",
                "Questions|20|5",
                "Questions with a correct attempt|14|0",
                "Attempts graded|60 / 100|0 / 0",
                "Attempts leaking hint|4 / 6|0 / 0",
                "Attempts kept|56 / 94|0 / 0",
                "Traces|2,468|0",
                "Count|d",
                "Rows|9",
                "Graded correct / wrong|6 / 1",
                "Traces used|6",
            ],
            rows
        );
    }

    [Fact]
    public async Task Without_traces_there_is_no_table() => Assert.Empty(await RowsAsync());

    private static async Task<IReadOnlyList<string>> RowsAsync(params StageTime[] stages)
    {
        var run = await SyntheticRun.MakeAsync([1], questions: 12);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        var section = Section().Match(ReportPage.Render(report with { Stages = stages }));
        return !section.Success
            ? []
            :
            [
                .. Row()
                    .Matches(section.Value)
                    .Select(r => string.Join('|', Cell().Matches(r.Groups[1].Value).Select(c => c.Groups[1].Value))),
            ];
    }

    [GeneratedRegex("<h2 id=\"yields\">.*?</section>", RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex("<tr>(.*?)</tr>", RegexOptions.Singleline)]
    private static partial Regex Row();

    [GeneratedRegex("<t[hd][^>]*>(.*?)</t[hd]>", RegexOptions.Singleline)]
    private static partial Regex Cell();
}
