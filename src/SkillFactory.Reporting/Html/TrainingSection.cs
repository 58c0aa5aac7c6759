using SkillFactory.Core.Metrics;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Reporting.Html;

internal static class TrainingSection
{
    private static readonly (string Metric, string Title)[] Grpo =
    [
        (MetricNames.Reward, "Reward"),
        (MetricNames.MeanLength, "Response length, tokens"),
        (MetricNames.Entropy, "Entropy, nats per token"),
        (MetricNames.DeadGroups, "Dead groups, share"),
        (MetricNames.Attempts, "Attempts per response"),
    ];

    private static readonly (string Metric, string Title)[] Validation =
    [
        (ValidationFigures.Accuracy, "Accuracy"),
        (ValidationFigures.WellFormed, "Well-formed traces, share"),
        (ValidationFigures.StopAfterCorrect, "P(stop | Correct)"),
        (ValidationFigures.StopAfterIncorrect, "P(stop | Incorrect)"),
        (ValidationFigures.Attempts, "Attempts per response"),
        (ValidationFigures.Length, "Response length, tokens"),
    ];

    public static Markup Draw(RunReport report, Look look)
    {
        var html = new HtmlWriter();
        var grpo = report.Curves.Where(c => c.Stage == StageNames.Grpo).ToList();
        if (grpo.Count > 0)
        {
            html.Add("<h3>GRPO</h3>");
            html.Add(look.Legend(grpo.Select(c => c.Arm).Distinct().Select(a => (a, a, false))));
            Panels(html, look, "grpo", grpo, Grpo);
            var steps = grpo.Max(c => c.Steps.Count);
            html.Add(
                $"<p class=\"note\">Thin: each seed as measured. Thick: mean over seeds{(CurvePlot.Reach(steps) > 0 ? $", averaged over {(2 * CurvePlot.Reach(steps)) + 1} steps" : "")}. A dead group has equal rewards and teaches nothing.</p>"
            );
        }

        var sft = report.Curves.Where(c => c.Stage == StageNames.Sft && c.Metric == MetricNames.Loss).ToList();
        if (sft.Count > 0)
        {
            html.Add("<h3>SFT</h3>");
            Panels(html, look, "sft", sft, [(MetricNames.Loss, "Loss per token, nats")]);
        }

        foreach (
            var (stage, title) in new[]
            {
                (StageNames.Sft, "Validation questions during SFT"),
                (StageNames.Grpo, "Validation questions during GRPO"),
            }
        )
        {
            var asked = report.Curves.Where(c => c.Stage == stage && Validation.Any(v => v.Metric == c.Metric)).ToList();
            if (asked.Count > 0)
            {
                html.Add($"<h3>{title}</h3>");
                html.Add(look.Legend(asked.Select(c => c.Arm).Distinct().Select(a => (a, a, false))));
                Panels(html, look, "validation-" + stage, asked, Validation);
                html.Add(
                    "<p class=\"note\">One response to each of some validation questions of the training mix, by the weights of that step; step 0 is before training. Questions and random draws are the same at every step. Bars: intervals over questions, where a line is one seed. These questions choose nothing here, but they are not the test questions either.</p>"
                );
            }
        }

        if (report.Gates.Count > 0)
        {
            Table.Begin(
                html,
                "The gate of SFT: on validation questions, does the verdict drive what follows? Shares in percent at the last check.",
                ["Arm", "Seed", "P(stop | Correct)", "P(stop | Incorrect)", "Well-formed", "Steps", "Extensions", "Held"]
            );
            foreach (var g in report.Gates)
            {
                html.Add(
                    $"<tr><th scope=\"row\">{g.Arm}</th><td>{g.Seed}</td>{Table.Share(g.StopAfterCorrect, cases: true)}{Table.Share(g.StopAfterIncorrect, cases: true)}{Table.Share(g.WellFormed, cases: true)}<td>{g.Steps}</td><td>{g.Extensions}</td><td class=\"{(g.Held ? "yes" : "no")}\">{(g.Held ? "yes" : "no")}<small>limits ≥ {Figures.Percent(g.MinStopAfterCorrect)}, ≤ {Figures.Percent(g.MaxStopAfterIncorrect)}{(g.MinWellFormed is { } least ? $", ≥ {Figures.Percent(least)}" : "")}</small></td></tr>"
                );
            }

            Table.End(html);
        }

        return html.ToMarkup();
    }

    private static void Panels(HtmlWriter html, Look look, string id, List<Curve> curves, (string Metric, string Title)[] panels)
    {
        html.Add("<div class=\"grid\">");
        for (var i = 0; i < panels.Length; i++)
        {
            var groups = curves
                .Where(c => c.Metric == panels[i].Metric)
                .GroupBy(c => c.Arm)
                .Select(g => new CurveGroup(
                    g.Key,
                    look.ColourOf(g.Key),
                    [.. g.Select(c => (IReadOnlyList<(int, double)>)[.. c.Steps.Zip(c.Values)])],
                    BarsOf([.. g])
                ))
                .ToList();
            if (groups.Count > 0)
            {
                html.Add($"<figure><h3>{panels[i].Title}</h3>{CurvePlot.Draw($"{id}{i}", panels[i].Title, groups)}</figure>");
            }
        }

        html.Add("</div>");
    }

    /// <summary>Intervals of a line that is one seed; the spread of several shows by itself.</summary>
    private static IReadOnlyList<CurveBar> BarsOf(IReadOnlyList<Curve> seeds) =>
        seeds is [{ Low: { } low, High: { } high } one] ? [.. one.Steps.Select((step, i) => new CurveBar(step, low[i], high[i]))] : [];
}
