using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;
using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Pages.Plots;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Accuracy of each model on each level, with its means, outcomes and seeds.</summary>
internal static class AccuracySection
{
    public static Markup Draw(RunReport report, ModelColours colours)
    {
        if (report.Evaluations.Count == 0)
        {
            return Markup.None;
        }

        var html = new HtmlWriter();
        Plots(html, report, colours);
        ByLevel(html, report);
        Means(html, report);
        Outcomes(html, report);
        Seeds(html, report);
        return html.ToMarkup();
    }

    /// <summary>Models by levels, as in the paper's tables 6 to 11.</summary>
    private static void ByLevel(HtmlWriter html, RunReport report)
    {
        Table.Begin(
            html,
            $"Accuracy in percent: the mean over all samples of all questions{(report.Run.Seeds.Count > 1 ? " and seeds" : "")}. "
                + $"Intervals ({100 * report.Run.Confidence:0.#} %) are over questions. They are bootstrap intervals, or Wilson intervals "
                + $"when fewer than {Bootstrap.FewClusters} questions have a correct (or a wrong) answer. No model was trained on these "
                + $"questions.",
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
            var evaluations = report.Models.Select(m => report.Find(m.Key, level)).OfType<LevelEvaluation>().ToList();
            html.Add($"<td>{evaluations.Select(e => e.Pooled.Questions).DefaultIfEmpty().Max()}<small>{TrainingOf(level)}</small></td>");
        }

        html.Add("</tr>");
        Table.End(html);
    }

    private static string TrainingOf(ReportedLevel level) =>
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

        var listed = groups
            .Where(g => g.Name != LevelGroups.All)
            .Select(g => $"{Capitalized(LevelGroups.Words(g.Name))}: {string.Join(", ", g.Levels.Select(l => l.Label))}.");
        Table.Begin(
            html,
            $"Mean accuracy over levels in percent. Every level has the same weight, whatever its number of questions. "
                + $"{string.Join(" ", listed)}",
            ["Model", .. groups.Select(g => LevelGroups.Words(g.Name))]
        );
        foreach (var model in report.Models)
        {
            html.Add("<tr>").Add(Table.Head(model.Label));
            foreach (var group in groups)
            {
                html.Add(Table.Share(report.Means.FirstOrDefault(m => m.Model == model.Key && m.Group == group.Name)?.Accuracy));
            }

            html.Add("</tr>");
        }

        Table.End(html);
    }

    private static string Capitalized(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    private static void Plots(HtmlWriter html, RunReport report, ModelColours colours)
    {
        var highest = report.Evaluations.Select(e => e.Pooled.Accuracy).Max(a => a?.Interval?.High ?? a?.Value ?? 0);
        var top = Math.Min(100, PlotScale.Ticks(0, Math.Max(10, 100 * highest), 4)[^1]);
        html.Add("<div class=\"grid\">");
        var number = 0;
        foreach (var level in report.Levels)
        {
            var rows = report
                .Models.Select(m => (Model: m, Accuracy: report.Find(m.Key, level)?.Pooled.Accuracy))
                .Where(m => m.Accuracy is not null)
                .Select(m => new DotRow(
                    m.Model.Label,
                    colours.ColourOf(m.Model.Arm),
                    ModelColours.IsIntermediate(m.Model),
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

        html.Add(
            "</div><p class=\"note\">Accuracy in percent. All plots have the same scale. Hollow circles are earlier checkpoints of an "
                + "arm.</p>"
        );
    }

    private static void Outcomes(HtmlWriter html, RunReport report)
    {
        int[] ks = [.. report.Evaluations.SelectMany(e => e.Pooled.PassAtK.Keys).Where(k => k > 1).Distinct().Order()];
        int[] majorityKs = [.. report.Evaluations.SelectMany(e => e.Pooled.MajorityAtK.Keys).Where(k => k > 2).Distinct().Order()];
        Outcome[] outcomes = [Outcome.Wrong, Outcome.Unparseable, Outcome.Truncated, Outcome.Unscored];
        string[] columns =
        [
            "Model",
            .. ks.Select(k => $"pass@{k}"),
            .. majorityKs.Select(k => $"majority@{k}"),
            "finished",
            "samples",
            "wrong",
            "unparseable",
            "truncated",
            "unscored",
        ];
        html.Add("<details><summary>pass@k, majority@k and outcomes</summary>");
        Table.Begin(
            html,
            "pass@k (unbiased), majority@k (over all subsets of k samples) and finished responses (which ended before the limit) in "
                + "percent; responses by outcome. Every response counts, and only correct ones count as correct. Unscored are "
                + "those that the grader could not grade.",
            columns
        );
        GroupedRows.Draw(html, report, columns.Length, level => [
                .. report
                    .Evaluations.Where(e => e.Task == level.Task && e.Level == level.Level)
                    .Select(evaluation =>
                    {
                        var row = new HtmlWriter().Add("<tr>").Add(Table.Head(report.LabelOf(evaluation.Model)));
                        Array.ForEach(ks, k => row.Add(Table.Share(evaluation.Pooled.PassAtK.GetValueOrDefault(k))));
                        Array.ForEach(majorityKs, k => row.Add(Table.Share(evaluation.Pooled.MajorityAtK.GetValueOrDefault(k))));
                        row.Add(Table.Share(evaluation.Pooled.Finished)).Add($"<td>{NumberFormat.Count(evaluation.Pooled.Samples)}</td>");
                        Array.ForEach(outcomes, o =>
                            row.Add($"<td>{NumberFormat.Count(evaluation.Pooled.Outcomes.GetValueOrDefault(o))}</td>")
                        );
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

        string[] columns = ["Model", .. seeds.Select(s => $"seed {s}"), "deviation", "interval over seeds"];
        html.Add("<details open=\"open\"><summary>Each seed, and how much the seeds differ</summary>");
        Table.Begin(
            html,
            "Accuracy in percent, one training run per seed. Deviation: standard deviation of the seeds in points. Last column: all seeds "
                + "together, with an interval over seeds and questions, which is rough for few seeds.",
            columns
        );
        GroupedRows.Draw(html, report, columns.Length, level => [
                .. report
                    .Evaluations.Where(e => e.Task == level.Task && e.Level == level.Level)
                    .Select(evaluation =>
                    {
                        var row = new HtmlWriter().Add("<tr>").Add(Table.Head(report.LabelOf(evaluation.Model)));
                        Array.ForEach(seeds, seed =>
                            row.Add(Table.Share(evaluation.Seeds.FirstOrDefault(s => s.Seed == seed)?.Figures.Accuracy))
                        );
                        return row.Add($"<td>{NumberFormat.Number(100 * evaluation.SeedDeviation, 1)}</td>")
                            .Add(Table.Share(evaluation.AcrossSeeds))
                            .Add("</tr>")
                            .ToMarkup();
                    }),
            ]);
        Table.End(html);
        html.Add("</details>");
    }
}
