using SkillFactory.Core.Metrics;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Reporting.Pages.Plots;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Training curves and SFT gates.</summary>
internal static class TrainingSection
{
    private static readonly (string Metric, string Title, string Axis)[] Grpo =
    [
        (MetricNames.Reward, "Reward", "mean reward"),
        (MetricNames.MeanLength, "Response length", "tokens"),
        (MetricNames.Entropy, "Entropy", "nats per token"),
        (MetricNames.DeadGroups, "Groups with equal rewards", "share of groups"),
        (MetricNames.Attempts, "Attempts", "attempts per response"),
    ];

    private static readonly (string Metric, string Title, string Axis)[] Validation =
    [
        (ValidationFigures.Accuracy, "Accuracy", "share of questions"),
        (ValidationFigures.WellFormed, "Well-formed traces", "share of responses"),
        (ValidationFigures.StopAfterCorrect, "P(stop | Correct)", "share of verdicts"),
        (ValidationFigures.StopAfterIncorrect, "P(stop | Incorrect)", "share of verdicts"),
        (ValidationFigures.Attempts, "Attempts", "attempts per response"),
        (ValidationFigures.Length, "Response length", "tokens"),
    ];

    public static Markup Draw(RunReport report, ModelColours colours)
    {
        var html = new HtmlWriter();
        var grpo = report.Curves.Where(c => c.Stage == StageNames.Grpo).ToList();
        if (grpo.Count > 0)
        {
            html.Add("<h3>GRPO</h3>");
            html.Add(colours.Legend(grpo.Select(c => c.Arm).Distinct().Select(a => (a, a))));
            Panels(html, colours, "grpo", grpo, Grpo);
            var radius = CurvePlot.SmoothingRadius(grpo.Max(c => c.Steps.Count));
            var smoothing = radius > 0 ? $", averaged over {(2 * radius) + 1} steps" : "";
            html.Add(
                $"<p class=\"note\">Thin lines: each seed. Thick lines: mean over seeds{smoothing}. "
                    + $"A group whose rewards are all equal does not change the model.</p>"
            );
        }

        var sft = report.Curves.Where(c => c.Stage == StageNames.Sft && c.Metric == MetricNames.Loss).ToList();
        if (sft.Count > 0)
        {
            html.Add("<h3>SFT</h3>");
            Panels(html, colours, "sft", sft, [(MetricNames.Loss, "Loss", "nats per token")]);
        }

        foreach (
            var (stage, title) in new[]
            {
                (StageNames.Sft, "Validation questions during SFT"),
                (StageNames.Grpo, "Validation questions during GRPO"),
            }
        )
        {
            var curves = report.Curves.Where(c => c.Stage == stage && Validation.Any(v => v.Metric == c.Metric)).ToList();
            if (curves.Count > 0)
            {
                html.Add($"<h3>{title}</h3>");
                html.Add(colours.Legend(curves.Select(c => c.Arm).Distinct().Select(a => (a, a))));
                Panels(html, colours, "validation-" + stage, curves, Validation);
                html.Add(
                    $"<p class=\"note\">One response to each of a fixed set of validation questions, with the weights of the step. Step 0 "
                        + $"is before training. Questions and random draws are the same at every step. Bars are intervals over questions, "
                        + $"drawn only for a single seed. The validation questions are not the test questions.</p>"
                );
            }
        }

        return html.Add(Gates(report)).ToMarkup();
    }

    private static Markup Gates(RunReport report)
    {
        var table = new Table(
            "The SFT gate: does the model act on its verdicts? Shares of validation questions in percent at the last check.",
            ["Arm", "seed", "P(stop | Correct)", "P(stop | Incorrect)", "well-formed", "SFT steps", "extensions", "Passed"],
            2
        );
        foreach (var g in report.Gates)
        {
            var minimum = g.MinWellFormed is { } m ? $", ≥ {NumberFormat.Percent(m)}" : "";
            table.Add(
                g.Arm,
                Cell.Figure($"{g.Seed}"),
                Cell.Share(g.StopAfterCorrect, cases: true),
                Cell.Share(g.StopAfterIncorrect, cases: true),
                Cell.Share(g.WellFormed, cases: true),
                Cell.Count(g.Steps),
                Cell.Count(g.Extensions),
                new Cell(HtmlWriter.Of($"<span class=\"{YesNo(g.Held)}\">{YesNo(g.Held)}</span>"), IsText: true).Below(
                    $"limits ≥ {NumberFormat.Percent(g.MinStopAfterCorrect)}, ≤ {NumberFormat.Percent(g.MaxStopAfterIncorrect)}{minimum}"
                )
            );
        }

        return table.Draw();
    }

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static void Panels(
        HtmlWriter html,
        ModelColours colours,
        string id,
        List<Curve> curves,
        (string Metric, string Title, string Axis)[] panels
    )
    {
        html.Add("<div class=\"grid\">");
        for (var i = 0; i < panels.Length; i++)
        {
            var groups = curves
                .Where(c => c.Metric == panels[i].Metric)
                .GroupBy(c => c.Arm)
                .Select(g => new CurveGroup(
                    g.Key,
                    colours.ColourOf(g.Key),
                    [.. g.Select(c => (IReadOnlyList<CurvePoint>)[.. c.Steps.Zip(c.Values, (step, value) => new CurvePoint(step, value))])],
                    BarsOf([.. g])
                ))
                .ToList();
            if (groups.Count > 0)
            {
                html.Add(
                    $"<figure><h3>{panels[i].Title}</h3>{CurvePlot.Draw($"{id}{i}", panels[i].Title, panels[i].Axis, groups)}</figure>"
                );
            }
        }

        html.Add("</div>");
    }

    /// <summary>The intervals of a single seed. With several seeds, the plot shows their spread instead.</summary>
    private static IReadOnlyList<CurveBar> BarsOf(IReadOnlyList<Curve> seeds) =>
        seeds is [{ Low: { } low, High: { } high } one] ? [.. one.Steps.Select((step, i) => new CurveBar(step, low[i], high[i]))] : [];
}
