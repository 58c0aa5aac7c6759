using SkillFactory.Core.Pipeline;

namespace SkillFactory.Core.Reports.Html;

internal static class ComparisonSection
{
    public static Markup Draw(RunReport report)
    {
        var html = new HtmlWriter();
        if (report.Verdicts.Count > 0)
        {
            Table.Begin(
                html,
                "Differences of accuracy in points, left minus right, paired by question. Where the interval includes zero, the two cannot be told apart.",
                ["Level", "Basis", "Left", "Right", "Difference", "Seeds agreeing", "Ahead"],
                4);
            foreach (var level in report.Levels)
            {
                var first = true;
                foreach (var v in report.Verdicts.Where(v => v.Task == level.Task && v.Level == level.Level))
                {
                    html.Add($"<tr{AccuracySection.RowClass(first)}><th scope=\"row\">{(first ? level.Label : "")}</th><td class=\"l\">{Verdicts.Words(v.Basis)}</td><td class=\"l\">{report.LabelOf(v.Left)}</td><td class=\"l\">{report.LabelOf(v.Right)}{(v.BestOf is { } n ? $", best of {n}" : "")}</td>");
                    html.Add($"<td>{Figures.Points(v.Difference)}<small>{v.Difference.Count} questions</small></td><td>{v.SeedsAgreeing} of {v.Seeds}</td>");
                    html.Add($"<td>{(v.ExcludesZero ? report.LabelOf(v.Ahead!) : "not told apart")}</td></tr>");
                    first = false;
                }
            }

            Table.End(html);
            html.Add("<p class=\"note\">Equal training tokens: within a tenth, sampling and SFT counted. Equal inference tokens: within a tenth; for best of n, the smallest n that spends at least as many tokens as the single response, critiques counted.</p>");
        }

        Gains(html, report);
        BestOfN(html, report);
        return html.ToMarkup();
    }

    /// <summary>What each stage added: every model against the base, and an arm's last checkpoint against the one before.</summary>
    private static void Gains(HtmlWriter html, RunReport report)
    {
        var gains = report.Comparisons.Where(c => c.BestOf is null && (c.Right == Checkpoints.Base || report.Models.Any(m => m.Key == c.Right && !m.Final && m.Arm.Length > 0))).ToList();
        if (gains.Count == 0)
        {
            return;
        }

        Table.Begin(html, "What the stages gained, in points of accuracy, paired by question.", ["Model", "Against", .. report.Levels.Select(l => l.Label)], 2);
        foreach (var pair in gains.GroupBy(c => (c.Left, c.Right)))
        {
            html.Add($"<tr><th scope=\"row\">{report.LabelOf(pair.Key.Left)}</th><td class=\"l\">{report.LabelOf(pair.Key.Right)}</td>");
            foreach (var level in report.Levels)
            {
                html.Add(Table.Points(pair.FirstOrDefault(c => c.Task == level.Task && c.Level == level.Level)?.Accuracy));
            }

            html.Add("</tr>");
        }

        Table.End(html);
    }

    private static void BestOfN(HtmlWriter html, RunReport report)
    {
        if (report.BestOfN.Count == 0)
        {
            return;
        }

        html.Add("<h3>Several answers and a choice</h3>");
        Table.Begin(
            html,
            "Accuracy in percent of n answers with a choice among them: the most frequent; the first that the base's own critique calls Correct, else the first; any correct one (the limit of every choice). Tokens per final answer, critiques included: all n, and one after the other until one is called Correct.",
            ["Level", "Model", "n", "single", "majority", "by critique", "any", "tokens", "sequential"],
            2);
        foreach (var level in report.Levels)
        {
            var first = true;
            foreach (var cell in report.BestOfN.Where(b => b.Pooled.Task == level.Task && b.Pooled.Level == level.Level))
            {
                var p = cell.Pooled;
                html.Add($"<tr{AccuracySection.RowClass(first)}><th scope=\"row\">{(first ? level.Label : "")}</th><td class=\"l\">{report.LabelOf(cell.Model)}<small>{p.Questions} questions</small></td><td>{p.N}</td>");
                html.Add(Table.Share(p.Single)).Add(Table.Share(p.Majority)).Add(Table.Share(p.Verifier)).Add(Table.Share(p.Oracle));
                html.Add($"<td>{Figures.Number(p.Tokens?.Value, 1)}</td><td>{Figures.Number(p.SequentialTokens?.Value, 1)}</td></tr>");
                first = false;
            }
        }

        Table.End(html);
    }
}
