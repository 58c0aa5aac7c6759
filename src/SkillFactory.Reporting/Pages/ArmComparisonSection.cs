using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.ArmComparisons;
using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Comparisons between arms, of each arm with its earlier stages, and with best of n.</summary>
internal static class ArmComparisonSection
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
        if (report.Conclusions.Count == 0)
        {
            return;
        }

        var hasSeveralSeeds = report.Comparisons.Any(c => c.AcrossSeeds is not null);
        string[] columns =
        [
            "Compared",
            "Basis",
            "Difference",
            .. hasSeveralSeeds ? ["interval over seeds", "seeds agreeing"] : Array.Empty<string>(),
            "corrected p",
            "Better",
        ];
        Table.Begin(
            html,
            "Difference of accuracy in points, left minus right, paired by question. "
                + (hasSeveralSeeds ? "Interval over seeds: the same difference with an interval over seeds and questions. " : "")
                + "Corrected p: exact sign-flip test over questions with Holm's correction over all comparisons of this table. "
                + "Better: the significantly better side, whose interval excludes zero and whose corrected p is below "
                + $"{NumberFormat.Number(1 - report.Run.Confidence, 3)}.",
            columns,
            2
        );
        GroupedRows.Draw(html, report, columns.Length, level => [
                .. report
                    .Conclusions.Where(c => c.Task == level.Task && c.Level == level.Level)
                    .Select(conclusion =>
                    {
                        var right = BestOfNChoices.ModelName(report.LabelOf(conclusion.Right), conclusion.BestOf, conclusion.Choice);
                        var row = new HtmlWriter()
                            .Add("<tr>")
                            .Add(Table.Head($"{report.LabelOf(conclusion.Left)} − {right}", $"{conclusion.Difference.Count} questions"));
                        row.Add($"<td class=\"l\">{ComparisonBasis.Words(conclusion.Basis)}</td>").Add(Table.Points(conclusion.Difference));
                        if (hasSeveralSeeds)
                        {
                            var across = report
                                .Comparisons.First(c =>
                                    c.Left == conclusion.Left
                                    && c.Right == conclusion.Right
                                    && c.BestOf == conclusion.BestOf
                                    && c.Choice == conclusion.Choice
                                    && c.Task == conclusion.Task
                                    && c.Level == conclusion.Level
                                )
                                .AcrossSeeds;
                            row.Add(Table.Points(across)).Add($"<td>{conclusion.SeedsAgreeing} of {conclusion.Seeds}</td>");
                        }

                        return row.Add($"<td>{NumberFormat.P(conclusion.AdjustedP)}</td><td>{BetterSide(conclusion)}</td></tr>").ToMarkup();
                    }),
            ]);
        Table.End(html);
        html.Add(
            $"<p class=\"note\">Equal training tokens: the totals differ by at most 10 %; sampling and SFT count. Equal inference tokens: "
                + $"the tokens per answer differ by at most 10 %. For best of n, it is the smallest n that spends at least as many tokens "
                + $"as the single response; reflections count when they choose the answer.</p>"
        );
    }

    private static string BetterSide(LevelConclusion conclusion) =>
        !conclusion.ToldApart ? "not significant"
        : conclusion.Ahead == conclusion.Left ? "left"
        : "right";

    private static void Means(HtmlWriter html, RunReport report)
    {
        var groups = LevelGroups.Of(report.Levels).Select(g => g.Name).Where(g => report.MeanComparisons.Any(m => m.Group == g)).ToList();
        var pairs = report
            .MeanComparisons.Where(m => report.Models.First(x => x.Key == m.Left).Final && report.Models.First(x => x.Key == m.Right).Final)
            .GroupBy(m => (m.Left, m.Right))
            .ToList();
        if (groups.Count == 0 || pairs.Count == 0)
        {
            return;
        }

        Table.Begin(html, "The same differences, averaged over levels.", ["Compared", .. groups.Select(LevelGroups.Words)]);
        foreach (var pair in pairs)
        {
            html.Add("<tr>").Add(Table.Head($"{report.LabelOf(pair.Key.Left)} − {report.LabelOf(pair.Key.Right)}"));
            groups.ForEach(g => html.Add(Table.Points(pair.FirstOrDefault(m => m.Group == g)?.Accuracy)));
            html.Add("</tr>");
        }

        Table.End(html);
    }

    /// <summary>The gain of each stage: every model against the base model, and the final model of an arm against its earlier
    /// checkpoint.</summary>
    private static void Gains(HtmlWriter html, RunReport report)
    {
        var gains = report.Comparisons.Where(c => c.BestOf is null && c.Family == ComparisonFamily.Stages).ToList();
        if (gains.Count == 0)
        {
            return;
        }

        Table.Begin(
            html,
            "Gain of accuracy in points, paired by question: each model against the base model, and final models against earlier "
                + "checkpoints.",
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
            "single answer",
            "majority",
            "by reflection",
            "any correct",
            "answer tokens",
            "with reflections",
            "in turn",
        ];
        html.Add("<h3>Best of n</h3>");
        Table.Begin(
            html,
            "Accuracy in percent when one of n answers is chosen. Majority: the most frequent answer. By reflection: the first answer "
                + "that the reflections of the base model judge Correct; without one, the first answer. Any correct: at least one answer "
                + "is correct, the upper bound of every choice. Tokens per final answer: of all n answers; with their reflections; and in "
                + "turn, when generation stops at the first answer judged Correct.",
            columns
        );
        GroupedRows.Draw(html, report, columns.Length, level => [
                .. report
                    .BestOfN.Where(b => b.Pooled.Task == level.Task && b.Pooled.Level == level.Level)
                    .Select(cell =>
                    {
                        var pooled = cell.Pooled;
                        return new HtmlWriter()
                            .Add("<tr>")
                            .Add(Table.Head(report.LabelOf(cell.Model), $"{pooled.Questions} questions"))
                            .Add($"<td>{pooled.N}</td>")
                            .Add(Table.Share(pooled.Single))
                            .Add(Table.Share(pooled.Majority))
                            .Add(Table.Share(pooled.Verifier))
                            .Add(Table.Share(pooled.Oracle))
                            .Add(
                                $"<td>{NumberFormat.Number(pooled.AnswerTokens?.Value, 1)}</td><td>"
                                    + $"{NumberFormat.Number(pooled.Tokens?.Value, 1)}</td>"
                                    + $"<td>{NumberFormat.Number(pooled.SequentialTokens?.Value, 1)}</td></tr>"
                            )
                            .ToMarkup();
                    }),
            ]);
        Table.End(html);
    }
}
