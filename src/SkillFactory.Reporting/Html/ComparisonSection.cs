namespace SkillFactory.Reporting.Html;

internal static class ComparisonSection
{
    public static Markup Draw(RunReport report)
    {
        var html = new HtmlWriter();
        BetweenArms(html, report);
        Means(html, report);
        Gains(html, report);
        BestOfN(html, report);
        return html.ToMarkup();
    }

    private static void BetweenArms(HtmlWriter html, RunReport report)
    {
        if (report.Verdicts.Count == 0)
        {
            return;
        }

        var several = report.Comparisons.Any(c => c.AcrossSeeds is not null);
        string[] columns =
        [
            "Compared",
            "Basis",
            "Difference",
            .. several ? ["over seeds too", "seeds agreeing"] : Array.Empty<string>(),
            "corrected p",
            "Ahead",
        ];
        Table.Begin(
            html,
            $"Differences of accuracy in points, left minus right, paired by question.{(several ? " Over seeds too: interval over seeds and questions." : "")} Corrected p: exact sign-flip test over questions, Holm's correction over all comparisons of this table. Ahead: the interval excludes zero and the corrected p is below {Figures.Number(1 - report.Run.Confidence, 3)}.",
            columns,
            2
        );
        GroupedRows.Draw(html, report, columns.Length, level => [
                .. report
                    .Verdicts.Where(v => v.Task == level.Task && v.Level == level.Level)
                    .Select(v =>
                    {
                        var row = new HtmlWriter()
                            .Add("<tr>")
                            .Add(
                                Table.Head(
                                    $"{report.LabelOf(v.Left)} − {Verdicts.NameOf(report.LabelOf(v.Right), v.BestOf, v.Choice)}",
                                    $"{v.Difference.Count} questions"
                                )
                            );
                        row.Add($"<td class=\"l\">{Verdicts.Words(v.Basis)}</td>").Add(Table.Points(v.Difference));
                        if (several)
                        {
                            var across = report
                                .Comparisons.First(c =>
                                    c.Left == v.Left
                                    && c.Right == v.Right
                                    && c.BestOf == v.BestOf
                                    && c.Choice == v.Choice
                                    && c.Task == v.Task
                                    && c.Level == v.Level
                                )
                                .AcrossSeeds;
                            row.Add(Table.Points(across)).Add($"<td>{v.SeedsAgreeing} of {v.Seeds}</td>");
                        }

                        return row.Add(
                                $"<td>{Figures.P(v.AdjustedP)}</td><td>{(v.ToldApart ? v.Ahead == v.Left ? "left" : "right" : "not told apart")}</td></tr>"
                            )
                            .ToMarkup();
                    }),
            ]);
        Table.End(html);
        html.Add(
            "<p class=\"note\">Equal training tokens: within a tenth, sampling and SFT counted. Equal inference tokens: within a tenth; for several answers and a choice, the smallest number that spends at least as many tokens as the single response, reflections counted when they choose.</p>"
        );
    }

    private static void Means(HtmlWriter html, RunReport report)
    {
        var groups = LevelGroups.Of(report.Levels).Select(g => g.Group).Where(g => report.MeanComparisons.Any(m => m.Group == g)).ToList();
        var pairs = report
            .MeanComparisons.Where(m => report.Models.First(x => x.Key == m.Left).Final && report.Models.First(x => x.Key == m.Right).Final)
            .GroupBy(m => (m.Left, m.Right))
            .ToList();
        if (groups.Count == 0 || pairs.Count == 0)
        {
            return;
        }

        Table.Begin(html, "The same, averaged over levels.", ["Compared", .. groups.Select(LevelGroups.Words)]);
        foreach (var pair in pairs)
        {
            html.Add("<tr>").Add(Table.Head($"{report.LabelOf(pair.Key.Left)} − {report.LabelOf(pair.Key.Right)}"));
            groups.ForEach(g => html.Add(Table.Points(pair.FirstOrDefault(m => m.Group == g)?.Accuracy)));
            html.Add("</tr>");
        }

        Table.End(html);
    }

    /// <summary>What each stage added: every model against the base, and an arm's last checkpoint against the one before.</summary>
    private static void Gains(HtmlWriter html, RunReport report)
    {
        var gains = report.Comparisons.Where(c => c.BestOf is null && c.Family == Comparisons.Stages).ToList();
        if (gains.Count == 0)
        {
            return;
        }

        Table.Begin(
            html,
            "What the stages gained, in points of accuracy, paired by question.",
            ["Model", "Against", .. report.Levels.Select(l => l.Label)],
            2
        );
        foreach (var pair in gains.GroupBy(c => (c.Left, c.Right)))
        {
            html.Add("<tr>").Add(Table.Head(report.LabelOf(pair.Key.Left))).Add($"<td class=\"l\">{report.LabelOf(pair.Key.Right)}</td>");
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

        string[] columns =
        [
            "Model",
            "n",
            "single",
            "majority",
            "by reflection",
            "any",
            "tokens of answers",
            "with reflections",
            "sequential",
        ];
        html.Add("<h3>Several answers and a choice</h3>");
        Table.Begin(
            html,
            "Accuracy in percent of n answers with a choice among them: the most frequent, ties shared; the first that the base's own reflection calls Correct, else the first; any correct one (the limit of every choice). Tokens per final answer: all n; with their reflections; and one after the other until one is called Correct.",
            columns
        );
        GroupedRows.Draw(html, report, columns.Length, level => [
                .. report
                    .BestOfN.Where(b => b.Pooled.Task == level.Task && b.Pooled.Level == level.Level)
                    .Select(cell =>
                    {
                        var p = cell.Pooled;
                        return new HtmlWriter()
                            .Add("<tr>")
                            .Add(Table.Head(report.LabelOf(cell.Model), $"{p.Questions} questions"))
                            .Add($"<td>{p.N}</td>")
                            .Add(Table.Share(p.Single))
                            .Add(Table.Share(p.Majority))
                            .Add(Table.Share(p.Verifier))
                            .Add(Table.Share(p.Oracle))
                            .Add(
                                $"<td>{Figures.Number(p.AnswerTokens?.Value, 1)}</td><td>{Figures.Number(p.Tokens?.Value, 1)}</td><td>{Figures.Number(p.SequentialTokens?.Value, 1)}</td></tr>"
                            )
                            .ToMarkup();
                    }),
            ]);
        Table.End(html);
    }
}
