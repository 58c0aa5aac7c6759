namespace SkillFactory.Core.Reports.Html;

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
        var confidence = $"{100 * report.Run.Confidence:0.#} %";
        Table.Begin(
            html,
            $"Accuracy in percent: mean over all samples of all questions, with {confidence} intervals over questions{(report.Run.Seeds.Count > 1 ? ", seeds pooled" : "")}: bootstrap, or Wilson's with the questions as cases where fewer than {Statistics.Bootstrap.FewClusters} questions have a right (or a wrong) answer. Test questions; none of them was trained on.",
            ["Level", "Questions", .. report.Models.Select(m => m.Label)]);
        foreach (var level in report.Levels)
        {
            var cells = report.Models.Select(m => report.Find(m.Key, level)).ToList();
            html.Add($"<tr><th scope=\"row\">{level.Label}<small>{(level.Trained ? level.Harder ? "trained, harder" : "trained" : level.Harder ? "harder, not trained" : "not trained")}</small></th>");
            html.Add($"<td>{cells.OfType<EvaluationCell>().Select(c => c.Pooled.Questions).DefaultIfEmpty().Max()}<small>{Samples(cells)}</small></td>");
            foreach (var cell in cells)
            {
                html.Add(Table.Share(cell?.Pooled.Accuracy));
            }

            html.Add("</tr>");
        }

        Table.End(html);
        More(html, report);
        Seeds(html, report);
        return html.ToMarkup();
    }

    private static string Samples(IEnumerable<EvaluationCell?> cells)
    {
        var counts = cells.OfType<EvaluationCell>().Select(c => c.Pooled.Samples).Distinct().Order().ToList();
        return counts.Count == 1 ? $"{Figures.Count(counts[0])} samples" : $"{Figures.Count(counts[0])}–{Figures.Count(counts[^1])} samples";
    }

    private static void Plots(HtmlWriter html, RunReport report, Look look)
    {
        var highest = report.Evaluations.Select(e => e.Pooled.Accuracy).Max(a => a?.Interval?.High ?? a?.Value ?? 0);
        var top = Math.Min(100, Plot.Ticks(0, Math.Max(10, 100 * highest), 4)[^1]);
        html.Add("<div class=\"grid\">");
        var number = 0;
        foreach (var level in report.Levels)
        {
            var rows = report.Models
                .Select(m => (Model: m, Accuracy: report.Find(m.Key, level)?.Pooled.Accuracy))
                .Where(m => m.Accuracy is not null)
                .Select(m => new DotRow(m.Model.Label, look.ColourOf(m.Model.Arm), Look.IsHollow(m.Model), 100 * m.Accuracy!.Value, 100 * m.Accuracy.Interval?.Low, 100 * m.Accuracy.Interval?.High))
                .ToList();
            if (rows.Count > 0)
            {
                html.Add($"<figure><h3>{level.Label}</h3>{DotPlot.Draw($"dots{number++}", $"Accuracy on {level.Label}", rows, top)}</figure>");
            }
        }

        html.Add("</div><p class=\"note\">Accuracy in percent, the same scale everywhere. Hollow: an arm before its last stage.</p>");
    }

    private static void More(HtmlWriter html, RunReport report)
    {
        var ks = report.Evaluations.SelectMany(e => e.Pooled.PassAtK.Keys).Where(k => k > 1).Distinct().Order().ToList();
        html.Add("<details><summary>pass@k, majority, length and outcomes</summary>");
        Table.Begin(
            html,
            "pass@k (unbiased) and majority in percent; tokens per response, end token included; finished: responses that ended before the limit. Wrong, unparseable and cut-off responses count as not correct, unscored ones are left out.",
            ["Level", "Model", .. ks.Select(k => $"pass@{k}"), "majority", "tokens", "finished", "wrong", "unparseable", "cut off", "unscored"],
            2);
        foreach (var level in report.Levels)
        {
            var first = true;
            foreach (var cell in report.Evaluations.Where(e => e.Task == level.Task && e.Level == level.Level))
            {
                html.Add($"<tr{RowClass(first)}><th scope=\"row\">{(first ? level.Label : "")}</th><td class=\"l\">{report.LabelOf(cell.Model)}</td>");
                foreach (var k in ks)
                {
                    html.Add(Table.Share(cell.Pooled.PassAtK.GetValueOrDefault(k)));
                }

                html.Add(Table.Share(cell.Pooled.Majority));
                var tokens = cell.Pooled.Tokens;
                html.Add($"<td>{Figures.Number(tokens?.Value, 1)}<small>{(tokens?.Interval is { } i ? $"[{Figures.Number(i.Low, 1)}, {Figures.Number(i.High, 1)}]" : "")}</small></td>");
                html.Add(Table.Share(cell.Pooled.Finished));
                foreach (var outcome in new[] { Grading.Outcome.Wrong, Grading.Outcome.Unparseable, Grading.Outcome.Truncated, Grading.Outcome.Unscored })
                {
                    html.Add($"<td>{Figures.Count(cell.Pooled.Outcomes.GetValueOrDefault(outcome))}</td>");
                }

                html.Add("</tr>");
                first = false;
            }
        }

        Table.End(html);
        html.Add("</details>");
    }

    private static void Seeds(HtmlWriter html, RunReport report)
    {
        var seeds = report.Evaluations.SelectMany(e => e.Seeds).Select(s => s.Seed).Distinct().Order().ToList();
        if (seeds.Count < 2)
        {
            return;
        }

        html.Add("<details><summary>Each seed by itself</summary>");
        Table.Begin(html, "Accuracy in percent, one training run per seed.", ["Level", "Model", .. seeds.Select(s => $"seed {s}")], 2);
        foreach (var level in report.Levels)
        {
            var first = true;
            foreach (var cell in report.Evaluations.Where(e => e.Task == level.Task && e.Level == level.Level))
            {
                html.Add($"<tr{RowClass(first)}><th scope=\"row\">{(first ? level.Label : "")}</th><td class=\"l\">{report.LabelOf(cell.Model)}</td>");
                foreach (var seed in seeds)
                {
                    html.Add(Table.Share(cell.Seeds.FirstOrDefault(s => s.Seed == seed)?.Figures.Accuracy));
                }

                html.Add("</tr>");
                first = false;
            }
        }

        Table.End(html);
        html.Add("</details>");
    }

    internal static Markup RowClass(bool first) => first ? new Markup(" class=\"first\"") : Markup.None;
}
