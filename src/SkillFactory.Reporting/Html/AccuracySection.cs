using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Reporting.Html;

internal static class AccuracySection
{
    public static Markup Draw(RunReport report, Look look)
    {
        if (report.Evaluations.Count == 0)
        {
            return Markup.None;
        }

        var html = new HtmlWriter();
        Plots(html, report, look);
        Main(html, report);
        Means(html, report);
        More(html, report);
        Seeds(html, report);
        return html.ToMarkup();
    }

    /// <summary>Models down, levels across, as in the paper's tables 6 to 11.</summary>
    private static void Main(HtmlWriter html, RunReport report)
    {
        Table.Begin(
            html,
            $"Accuracy in percent: mean over all samples of all questions, with {100 * report.Run.Confidence:0.#} % intervals over questions{(report.Run.Seeds.Count > 1 ? ", seeds pooled" : "")}: bootstrap, or Wilson's with the questions as cases where fewer than {Bootstrap.FewClusters} questions have a right (or a wrong) answer. None of these questions was trained on.",
            ["Model", .. report.Levels.Select(l => l.Label)]
        );
        foreach (var model in report.Models)
        {
            html.Add("<tr>").Add(Table.Head(model.Label));
            foreach (var level in report.Levels)
            {
                html.Add(Table.Share(report.Find(model.Key, level)?.Pooled.Accuracy));
            }

            html.Add("</tr>");
        }

        html.Add("<tr class=\"foot\"><th scope=\"row\">questions</th>");
        foreach (var level in report.Levels)
        {
            var cells = report.Models.Select(m => report.Find(m.Key, level)).OfType<EvaluationCell>().ToList();
            html.Add($"<td>{cells.Select(c => c.Pooled.Questions).DefaultIfEmpty().Max()}<small>{Kind(level)}</small></td>");
        }

        html.Add("</tr>");
        Table.End(html);
    }

    private static string Kind(ReportedLevel level) =>
        level.Trained
            ? level.Harder
                ? "trained, harder"
                : "trained"
            : level.Harder
                ? "harder, not trained"
                : "not trained";

    /// <summary>Averages over levels, as in the paper's table 1.</summary>
    private static void Means(HtmlWriter html, RunReport report)
    {
        var groups = LevelGroups.Of(report.Levels).ToList();
        if (report.Means.Count == 0)
        {
            return;
        }

        Table.Begin(
            html,
            $"Means over levels in percent; every level counts the same, whatever its number of questions. {string.Join(" ", groups.Where(g => g.Group != LevelGroups.All).Select(g => $"{Capital(LevelGroups.Words(g.Group))}: {string.Join(", ", g.Levels.Select(l => l.Label))}."))}",
            ["Model", .. groups.Select(g => LevelGroups.Words(g.Group))]
        );
        foreach (var model in report.Models)
        {
            html.Add("<tr>").Add(Table.Head(model.Label));
            foreach (var group in groups)
            {
                html.Add(Table.Share(report.Means.FirstOrDefault(m => m.Model == model.Key && m.Group == group.Group)?.Accuracy));
            }

            html.Add("</tr>");
        }

        Table.End(html);
    }

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    private static void Plots(HtmlWriter html, RunReport report, Look look)
    {
        var highest = report.Evaluations.Select(e => e.Pooled.Accuracy).Max(a => a?.Interval?.High ?? a?.Value ?? 0);
        var top = Math.Min(100, Plot.Ticks(0, Math.Max(10, 100 * highest), 4)[^1]);
        html.Add("<div class=\"grid\">");
        var number = 0;
        foreach (var level in report.Levels)
        {
            var rows = report
                .Models.Select(m => (Model: m, Accuracy: report.Find(m.Key, level)?.Pooled.Accuracy))
                .Where(m => m.Accuracy is not null)
                .Select(m => new DotRow(
                    m.Model.Label,
                    look.ColourOf(m.Model.Arm),
                    Look.IsHollow(m.Model),
                    100 * m.Accuracy!.Value,
                    100 * m.Accuracy.Interval?.Low,
                    100 * m.Accuracy.Interval?.High
                ))
                .ToList();
            if (rows.Count > 0)
            {
                html.Add(
                    $"<figure><h3>{level.Label}</h3>{DotPlot.Draw($"dots{number++}", $"Accuracy on {level.Label}", rows, top)}</figure>"
                );
            }
        }

        html.Add("</div><p class=\"note\">Accuracy in percent, the same scale everywhere. Hollow: an arm before its last stage.</p>");
    }

    private static void More(HtmlWriter html, RunReport report)
    {
        int[] ks = [.. report.Evaluations.SelectMany(e => e.Pooled.PassAtK.Keys).Where(k => k > 1).Distinct().Order()];
        int[] votes = [.. report.Evaluations.SelectMany(e => e.Pooled.MajorityAtK.Keys).Where(k => k > 2).Distinct().Order()];
        Outcome[] outcomes = [Outcome.Wrong, Outcome.Unparseable, Outcome.Truncated, Outcome.Unscored];
        string[] columns =
        [
            "Model",
            .. ks.Select(k => $"pass@{k}"),
            .. votes.Select(k => $"majority@{k}"),
            "finished",
            "samples",
            "wrong",
            "unparseable",
            "cut off",
            "unscored",
        ];
        html.Add("<details><summary>pass@k, majority@k and outcomes</summary>");
        Table.Begin(
            html,
            "pass@k (unbiased) and majority@k (over all subsets of k samples, ties shared) in percent; finished: responses that ended before the limit. Wrong, unparseable and cut-off responses count as not correct, unscored ones are left out.",
            columns
        );
        GroupedRows.Draw(html, report, columns.Length, level => [
                .. report
                    .Evaluations.Where(e => e.Task == level.Task && e.Level == level.Level)
                    .Select(cell =>
                    {
                        var row = new HtmlWriter().Add("<tr>").Add(Table.Head(report.LabelOf(cell.Model)));
                        Array.ForEach(ks, k => row.Add(Table.Share(cell.Pooled.PassAtK.GetValueOrDefault(k))));
                        Array.ForEach(votes, k => row.Add(Table.Share(cell.Pooled.MajorityAtK.GetValueOrDefault(k))));
                        row.Add(Table.Share(cell.Pooled.Finished)).Add($"<td>{Figures.Count(cell.Pooled.Samples)}</td>");
                        Array.ForEach(outcomes, o => row.Add($"<td>{Figures.Count(cell.Pooled.Outcomes.GetValueOrDefault(o))}</td>"));
                        return row.Add("</tr>").ToMarkup();
                    }),
            ]);
        Table.End(html);
        html.Add("</details>");
    }

    private static void Seeds(HtmlWriter html, RunReport report)
    {
        long[] seeds = [.. report.Evaluations.SelectMany(e => e.Seeds).Select(s => s.Seed).Distinct().Order()];
        if (seeds.Length < 2)
        {
            return;
        }

        string[] columns = ["Model", .. seeds.Select(s => $"seed {s}"), "deviation", "over seeds and questions"];
        html.Add("<details open=\"open\"><summary>Each seed by itself, and how much seeds differ</summary>");
        Table.Begin(
            html,
            "Accuracy in percent, one training run per seed. Deviation: standard deviation of the seeds, in points. Last column: all seeds with an interval over seeds and questions (both drawn anew; rough for few seeds).",
            columns
        );
        GroupedRows.Draw(html, report, columns.Length, level => [
                .. report
                    .Evaluations.Where(e => e.Task == level.Task && e.Level == level.Level)
                    .Select(cell =>
                    {
                        var row = new HtmlWriter().Add("<tr>").Add(Table.Head(report.LabelOf(cell.Model)));
                        Array.ForEach(seeds, seed =>
                            row.Add(Table.Share(cell.Seeds.FirstOrDefault(s => s.Seed == seed)?.Figures.Accuracy))
                        );
                        return row.Add($"<td>{Figures.Number(100 * cell.SeedDeviation, 1)}</td>")
                            .Add(Table.Share(cell.AcrossSeeds))
                            .Add("</tr>")
                            .ToMarkup();
                    }),
            ]);
        Table.End(html);
        html.Add("</details>");
    }
}
