using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.ArmComparisons;
using SkillFactory.Reporting.Pages.Plots;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Accuracy against generated tokens: shorter response limits, best of n, budget forcing and response lengths.</summary>
internal static class TokenSection
{
    public static Markup Draw(RunReport report, ModelColours colours)
    {
        if (report.Evaluations.Count == 0)
        {
            return Markup.None;
        }

        var html = new HtmlWriter();
        Tradeoff(html, report, colours);
        Limits(html, report);
        Forced(html, report);
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

    private static void Limits(HtmlWriter html, RunReport report)
    {
        var maxLimits = report.Evaluations.Max(e => e.Limits.Count);
        if (maxLimits < 2)
        {
            return;
        }

        string[] columns =
        [
            "Model",
            .. Enumerable.Range(1, maxLimits).SelectMany(i => new[] { i == maxLimits ? "full limit" : $"limit {i}", "tokens" }),
        ];
        html.Add("<details><summary>Shorter response limits</summary>");
        Table.Begin(
            html,
            "Accuracy in percent and tokens per response under shorter response limits, computed from the same responses: the limit does "
                + "not change which tokens are drawn. The table shows whether a gain needs the full limit.",
            columns
        );
        GroupedRows.Draw(html, report, columns.Length, level => [
                .. report
                    .Evaluations.Where(e => e.Task == level.Task && e.Level == level.Level)
                    .Select(cell =>
                    {
                        var row = new HtmlWriter()
                            .Add("<tr>")
                            .Add(Table.Head(report.LabelOf(cell.Model), string.Join(", ", cell.Limits.Select(l => l.Limit))));
                        foreach (var limit in cell.Limits)
                        {
                            row.Add(Table.Share(limit.Accuracy)).Add($"<td>{NumberFormat.Number(limit.Tokens?.Value, 1)}</td>");
                        }

                        var missing = maxLimits - cell.Limits.Count;
                        return row.Add(missing > 0 ? HtmlWriter.Of($"<td colspan=\"{2 * missing}\"></td>") : Markup.None)
                            .Add("</tr>")
                            .ToMarkup();
                    }),
            ]);
        Table.End(html);
        html.Add("</details>");
    }

    /// <summary>Budget forcing, as in the paper's table 3.</summary>
    private static void Forced(HtmlWriter html, RunReport report)
    {
        if (report.Forced.Count == 0)
        {
            return;
        }

        string[] columns = ["Model", "standard", "forced", "difference", "p", "standard tokens", "forced tokens", "limit", "trigger"];
        var times = report.Forced[0].Times;
        html.Add("<h3>Budget forcing</h3>");
        Table.Begin(
            html,
            $"Budget forcing replaces the end of a response with a trigger, so that the model continues "
                + $"{(times == 1 ? "once" : $"up to {times} times")}, up to a second limit. Accuracy in percent; difference in points, "
                + $"paired by question, with the p value of a sign-flip test (not corrected for the number of rows). Tokens are the "
                + $"generated tokens of all passes.",
            columns
        );
        GroupedRows.Draw(html, report, columns.Length, level =>
            [
                .. report
                    .Forced.Where(f => f.Task == level.Task && f.Level == level.Level)
                    .Select(f =>
                        new HtmlWriter()
                            .Add("<tr>")
                            .Add(Table.Head(report.LabelOf(f.Model)))
                            .Add(Table.Share(f.Standard))
                            .Add(Table.Share(f.Forced))
                            .Add(Table.Points(f.Difference))
                            .Add(
                                $"<td>{NumberFormat.P(f.P)}</td><td>{NumberFormat.Number(f.StandardTokens?.Value, 1)}</td>"
                                    + $"<td>{NumberFormat.Number(f.ForcedTokens?.Value, 1)}</td><td>{f.Limit}</td>"
                                    + $"<td class=\"l\"><code>{f.Trigger.Trim()}</code></td></tr>"
                            )
                            .ToMarkup()
                    ),
            ]
        );
        Table.End(html);
    }

    private static void Lengths(HtmlWriter html, RunReport report, ModelColours colours)
    {
        string[] columns = ["Model", "mean", "minimum", "5 %", "25 %", "median", "75 %", "95 %", "maximum", "limit"];
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
        html.Add("<details><summary>Quantiles of the response lengths</summary>");
        Table.Begin(html, "Tokens per response, including the end token.", columns);
        GroupedRows.Draw(html, report, columns.Length, level => [
                .. report
                    .Evaluations.Where(e => e.Task == level.Task && e.Level == level.Level && e.Pooled.Lengths is not null)
                    .Select(cell =>
                    {
                        var row = new HtmlWriter()
                            .Add("<tr>")
                            .Add(Table.Head(report.LabelOf(cell.Model)))
                            .Add(Table.Number(cell.Pooled.Tokens, 1));
                        foreach (var quantile in cell.Pooled.Lengths!.Quantiles)
                        {
                            row.Add($"<td>{NumberFormat.Number(quantile, quantile % 1 == 0 ? 0 : 1)}</td>");
                        }

                        return row.Add($"<td>{cell.Pooled.ResponseLimit}</td></tr>").ToMarkup();
                    }),
            ]);
        Table.End(html);
        html.Add("</details>");
    }
}
