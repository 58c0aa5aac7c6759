using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.ArmComparisons;
using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Pages.Plots;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Accuracy against generated tokens: shorter response limits, best of n, budget forcing and response lengths.</summary>
internal static class TokenSection
{
    private const string Same = "same";

    public static Markup Draw(RunReport report, ModelColours colours)
    {
        if (report.Evaluations.Count == 0)
        {
            return Markup.None;
        }

        var html = new HtmlWriter();
        Tradeoff(html, report, colours);
        html.Add(Limits(report)).Add(Forced(report));
        Lengths(html, report, colours);
        return html.ToMarkup();
    }

    private static void Tradeoff(HtmlWriter html, RunReport report, ModelColours colours)
    {
        html.Add("<h3>Accuracy against tokens generated per answer</h3>");
        html.Add(colours.Legend(report.Models.Where(m => !ModelColours.IsIntermediate(m)).Select(m => (m.Label, m.Arm))));
        html.Add("<div class=\"grid\">");
        var number = 0;
        foreach (var level in report.Levels)
        {
            var lines = new List<TokenLine>();
            foreach (var model in report.Models.Where(m => !ModelColours.IsIntermediate(m)))
            {
                if (report.Find(model.Key, level) is { } cell)
                {
                    lines.Add(
                        new TokenLine(
                            model.Label,
                            colours.ColourOf(model.Arm),
                            TokenMark.Single,
                            [.. cell.Limits.Select(l => Point(l.Tokens, l.Accuracy)).OfType<TokenPoint>()]
                        )
                    );
                }

                var best = report
                    .BestOfN.Where(b => b.Model == model.Key && b.Pooled.Task == level.Task && b.Pooled.Level == level.Level)
                    .Select(b => b.Pooled)
                    .ToList();
                lines.Add(
                    new TokenLine(
                        BestOfNChoices.ModelName(model.Label, "n", BestOfNChoices.Reflection),
                        colours.ColourOf(model.Arm),
                        TokenMark.Reflection,
                        [.. best.Select(b => Point(b.Tokens, b.Verifier)).OfType<TokenPoint>()]
                    )
                );
                lines.Add(
                    new TokenLine(
                        BestOfNChoices.ModelName(model.Label, "n", BestOfNChoices.Majority),
                        colours.ColourOf(model.Arm),
                        TokenMark.Majority,
                        [.. best.Select(b => Point(b.AnswerTokens, b.Majority)).OfType<TokenPoint>()]
                    )
                );
            }

            lines.RemoveAll(l => l.Points.Count == 0);
            if (lines.Count > 0)
            {
                html.Add(
                    $"<figure><h3>{level.Label}</h3>"
                        + $"{TokenPlot.Draw($"tokens{number++}", $"Accuracy against tokens on {level.Label}", lines)}</figure>"
                );
            }
        }

        var bestOfN = report.BestOfN.Count > 0 ? " Dashed lines: best of n by reflection (squares) and majority of n (triangles)." : "";
        html.Add(
            $"</div><p class=\"note\">Accuracy in percent. Solid lines: one response under several response limits; the last point is the "
                + $"full limit.{bestOfN}</p>"
        );
    }

    private static TokenPoint? Point(Estimate? tokens, Estimate? accuracy) =>
        tokens is { Value: > 0 } && accuracy is not null
            ? new TokenPoint(
                tokens.Value,
                100 * accuracy.Value,
                100 * (accuracy.Interval?.Low ?? accuracy.Value),
                100 * (accuracy.Interval?.High ?? accuracy.Value)
            )
            : null;

    /// <summary>The limits below the full one, where they change something. Accuracy under the full limit is in the table of
    /// accuracies.</summary>
    private static Markup Limits(RunReport report)
    {
        var count = report.Evaluations.Max(e => e.Limits.Count) - 1;
        var table = new Table(
            "Accuracy in percent and tokens per response under shorter response limits, computed from the same responses: the limit does "
                + $"not change which tokens are drawn. The table shows whether a gain needs the full limit. {Same}: as under the full "
                + "limit. A model that no limit changes is left out.",
            ["Model", .. Enumerable.Range(1, Math.Max(0, count)).SelectMany(i => new[] { $"limit {i}, tokens", "accuracy", "tokens used" })]
        ).AddByLevel(
            report,
            report.Evaluations,
            e => (e.Task, e.Level),
            (rows, e) =>
                rows.Add(
                    report.LabelOf(e.Model),
                    e.Limits.SkipLast(1)
                        .SelectMany(l => LimitCells(l, e.Limits[^1]))
                        .Concat(Enumerable.Repeat(Cell.None, 3 * (count + 1 - e.Limits.Count)))
                )
        );
        var drawn = table.Draw();
        return drawn.Text.Length == 0 ? drawn : HtmlWriter.Of($"<details><summary>Shorter response limits</summary>{drawn}</details>");
    }

    private static Cell[] LimitCells(LimitFigures limit, LimitFigures full)
    {
        var (sameAccuracy, sameTokens) = (limit.Accuracy == full.Accuracy, limit.Tokens == full.Tokens);
        return
        [
            Cell.Count(limit.Limit) with
            {
                IsEmpty = sameAccuracy && sameTokens,
            },
            sameAccuracy ? Cell.Figure(Same, isEmpty: true) : Cell.Share(limit.Accuracy),
            sameTokens ? Cell.Figure(Same, isEmpty: true) : Cell.Number(limit.Tokens?.Value, 1),
        ];
    }

    /// <summary>Budget forcing, as in the paper's table 3.</summary>
    private static Markup Forced(RunReport report)
    {
        if (report.Forced.Count == 0)
        {
            return Markup.None;
        }

        var times = report.Forced[0].Times;
        var byLevel = new Table(
            $"Budget forcing replaces the end of a response with a trigger, so that the model continues "
                + $"{(times == 1 ? "once" : $"up to {times} times")}, up to a second limit. Accuracy in percent after forcing; difference "
                + $"to the accuracy before in points, paired by question, with the p value of a sign-flip test (not corrected for the "
                + $"number of rows). Tokens are the generated tokens of all passes.",
            ["Model", "forced", "difference", "p", "tokens", "limit", "Trigger"]
        ).AddByLevel(
            report,
            report.Forced,
            f => (f.Task, f.Level),
            (rows, f) =>
                rows.Add(
                    report.LabelOf(f.Model),
                    Cell.Share(f.Forced),
                    Cell.Points(f.Difference),
                    Cell.Figure(NumberFormat.P(f.P)),
                    Cell.Number(f.ForcedTokens?.Value, 1),
                    Cell.Count(f.Limit),
                    new Cell(HtmlWriter.Of($"<code>{f.Trigger.Trim()}</code>"), IsText: true)
                )
        );
        return HtmlWriter.Of($"<h3>Budget forcing</h3>{byLevel.Draw()}{ForcedMeans(report)}");
    }

    private static Markup ForcedMeans(RunReport report)
    {
        var table = new Table(
            "The same, averaged over the levels of a task or over tasks, with equal weights.",
            ["Model", "Levels", "forced", "difference"],
            2
        );
        foreach (var f in report.ForcedFamilies.Where(f => f.Levels.Count > 1))
        {
            table.Add(
                report.LabelOf(f.Model),
                Cell.Text(TaskFamilies.Words(f.Group)).Below(string.Join(", ", f.Levels)),
                Cell.Share(f.Forced),
                Cell.Points(f.Difference)
            );
        }

        return table.Draw();
    }

    private static void Lengths(HtmlWriter html, RunReport report, ModelColours colours)
    {
        html.Add("<h3>Response lengths</h3><div class=\"grid\">");
        var number = 0;
        foreach (var level in report.Levels)
        {
            var lines = report
                .Models.Where(m => !ModelColours.IsIntermediate(m))
                .Select(m => (Model: m, report.Find(m.Key, level)?.Pooled.Lengths))
                .Where(m => m.Lengths is not null)
                .Select(m => new LengthLine(m.Model.Label, colours.ColourOf(m.Model.Arm), m.Lengths!))
                .ToList();
            if (lines.Count > 0)
            {
                html.Add(
                    $"<figure><h3>{level.Label}</h3>"
                        + $"{LengthPlot.Draw($"lengths{number++}", $"Tokens per response on {level.Label}", lines)}</figure>"
                );
            }
        }

        html.Add(
            $"</div><p class=\"note\">Share of responses by generated tokens. A bin is 5 % of the response limit. The last bin includes "
                + $"truncated responses.</p>"
        );
        html.Add($"<details><summary>Quantiles of the response lengths</summary>{Quantiles(report)}</details>");
    }

    private static Markup Quantiles(RunReport report) =>
        new Table(
            "Tokens per response, including the end token.",
            ["Model", "mean", "minimum", "5 %", "25 %", "median", "75 %", "95 %", "maximum", "limit"]
        )
            .AddByLevel(
                report,
                report.Evaluations.Where(e => e.Pooled.Lengths is not null),
                e => (e.Task, e.Level),
                (rows, e) =>
                    rows.Add(
                        report.LabelOf(e.Model),
                        [
                            Cell.Number(e.Pooled.Tokens, 1),
                            .. e.Pooled.Lengths!.Quantiles.Select(q => Cell.Number(q, q % 1 == 0 ? 0 : 1)),
                            Cell.Count(e.Pooled.ResponseLimit),
                        ]
                    )
            )
            .Draw();
}
