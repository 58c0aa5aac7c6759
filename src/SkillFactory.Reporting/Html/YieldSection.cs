using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;

namespace SkillFactory.Reporting.Html;

/// <summary>What became of attempts, reflections and given traces: every filter with what it left out, by class.</summary>
internal static class YieldSection
{
    private static readonly IReadOnlyList<Row> Built =
    [
        new("Questions", "questions"),
        new("Questions with a right attempt kept", "questions_usable"),
        new("Attempts unparseable", "attempts_unparseable"),
        new("Attempts truncated", "attempts_truncated"),
        new("Attempts unscored", "attempts_unscored"),
        new("Attempts graded", "attempts_correct", "attempts_wrong"),
        .. new TraceYield().Filters().Select(f => new Row(Title(f.Name), $"{f.Name}_of_correct", $"{f.Name}_of_wrong")),
        new("Traces", "traces"),
        new("Traces that lacked attempts", "traces_short"),
    ];

    private static readonly IReadOnlyList<Row> Given =
    [
        new("Rows", "rows"),
        new("Rows left out as unusable", "rows_left_out"),
        new("Graded right / wrong", "correct", "wrong"),
        new("Unparseable", "unparseable"),
        new("Unscored", "unscored"),
        new("Traces used", "traces"),
    ];

    public static Markup Draw(RunReport report)
    {
        var html = new HtmlWriter();
        var seeds = report.Run.Seeds.Count > 1 ? ", summed over seeds" : "";
        Draw(
            html,
            report,
            StageNames.Traces,
            Built,
            $"From attempts to traces{seeds}: each set of traces under the arm that came first, an arm's rounds together. Two numbers: of correct attempts / of wrong ones; reflections by the attempt they judge."
        );
        Draw(html, report, StageNames.Given, Given, $"Given traces{seeds}.");
        return html.ToMarkup();
    }

    private static void Draw(HtmlWriter html, RunReport report, string stage, IReadOnlyList<Row> rows, string caption)
    {
        var columns = report
            .Stages.Where(s => s.Stage == stage && !s.Shared)
            .GroupBy(s => s.Arm)
            .Select(arm =>
                (Arm: arm.Key, Counts: arm.SelectMany(s => s.Counts).GroupBy(c => c.Key).ToDictionary(c => c.Key, c => c.Sum(v => v.Value)))
            )
            .ToList();
        if (columns.Count == 0)
        {
            return;
        }

        Table.Begin(html, caption, columns.Select(c => c.Arm).Prepend(""));
        foreach (var row in rows.Where(r => columns.Any(c => r.Names.Any(n => c.Counts.GetValueOrDefault(n) > 0))))
        {
            html.Add($"<tr><th scope=\"row\">{row.Title}</th>");
            foreach (var (_, counts) in columns)
            {
                html.Add($"<td>{string.Join(" / ", row.Names.Select(n => Figures.Count(counts.GetValueOrDefault(n))))}</td>");
            }

            html.Add("</tr>");
        }

        Table.End(html);
    }

    private static string Title(string name) => char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');

    /// <param name="Names">One count, or that of correct ones and that of wrong ones.</param>
    private sealed record Row(string Title, params string[] Names);
}
