using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Html;

/// <summary>What accuracy costs in generated tokens: shorter limits, several answers, responses made to go on, and how long responses are.</summary>
internal static class TokenSection
{
    public static Markup Draw(RunReport report, Look look)
    {
        if (report.Evaluations.Count == 0)
        {
            return Markup.None;
        }

        var html = new HtmlWriter();
        Tradeoff(html, report, look);
        Limits(html, report);
        Forced(html, report);
        Lengths(html, report, look);
        return html.ToMarkup();
    }

    private static void Tradeoff(HtmlWriter html, RunReport report, Look look)
    {
        html.Add("<h3>Accuracy against tokens generated per answer</h3>");
        html.Add(look.Legend(report.Models.Where(m => !Look.IsHollow(m)).Select(m => (m.Label, m.Arm, false))));
        html.Add("<div class=\"grid\">");
        var number = 0;
        foreach (var level in report.Levels)
        {
            var lines = new List<TokenLine>();
            foreach (var model in report.Models.Where(m => !Look.IsHollow(m)))
            {
                if (report.Find(model.Key, level) is { } cell)
                {
                    lines.Add(
                        new TokenLine(
                            model.Label,
                            look.ColourOf(model.Arm),
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
                        $"{model.Label}, several answers by reflection",
                        look.ColourOf(model.Arm),
                        TokenMark.Reflection,
                        [.. best.Select(b => Point(b.Tokens, b.Verifier)).OfType<TokenPoint>()]
                    )
                );
                lines.Add(
                    new TokenLine(
                        $"{model.Label}, majority of several",
                        look.ColourOf(model.Arm),
                        TokenMark.Majority,
                        [.. best.Select(b => Point(b.AnswerTokens, b.Majority)).OfType<TokenPoint>()]
                    )
                );
            }

            lines.RemoveAll(l => l.Points.Count == 0);
            if (lines.Count > 0)
            {
                html.Add(
                    $"<figure><h3>{level.Label}</h3>{TokenPlot.Draw($"tokens{number++}", $"Accuracy against tokens on {level.Label}", lines)}</figure>"
                );
            }
        }

        html.Add(
            $"</div><p class=\"note\">Accuracy in percent. Solid: one response, under shorter and the full response limit (the last point).{(report.BestOfN.Count > 0 ? " Dashed: several answers and a choice, squares by reflection, triangles by majority." : "")}</p>"
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
        int most = report.Evaluations.Max(e => e.Limits.Count);
        if (most < 2)
        {
            return;
        }

        string[] columns =
        [
            "Model",
            .. Enumerable.Range(1, most).SelectMany(i => new[] { i == most ? "full limit" : $"limit {i}", "tokens" }),
        ];
        html.Add("<details><summary>Shorter response limits</summary>");
        Table.Begin(
            html,
            "Accuracy in percent, and tokens per response, had the response limit been shorter: from the same responses, as the same tokens are drawn whatever the limit. A gain that needs the full limit shows here.",
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
                            row.Add(Table.Share(limit.Accuracy)).Add($"<td>{Figures.Number(limit.Tokens?.Value, 1)}</td>");
                        }

                        return row.Add(
                                $"{(cell.Limits.Count < most ? HtmlWriter.Of($"<td colspan=\"{2 * (most - cell.Limits.Count)}\"></td>") : Markup.None)}</tr>"
                            )
                            .ToMarkup();
                    }),
            ]);
        Table.End(html);
        html.Add("</details>");
    }

    /// <summary>As in the paper's table 3.</summary>
    private static void Forced(HtmlWriter html, RunReport report)
    {
        if (report.Forced.Count == 0)
        {
            return;
        }

        string[] columns = ["Model", "standard", "forced", "difference", "p", "tokens", "tokens forced", "limit", "trigger"];
        var times = report.Forced[0].Times;
        html.Add("<h3>Responses made to go on</h3>");
        Table.Begin(
            html,
            $"Budget forcing: where a response ended, its end is replaced by a trigger and the model goes on, {(times == 1 ? "once" : $"up to {times} times")}, up to a second limit. Accuracy in percent; difference in points, paired by question, with the p value of a sign-flip test (not corrected for the number of rows). Tokens are those generated, all passes together.",
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
                                $"<td>{Figures.P(f.P)}</td><td>{Figures.Number(f.StandardTokens?.Value, 1)}</td><td>{Figures.Number(f.ForcedTokens?.Value, 1)}</td><td>{f.Limit}</td><td class=\"l\"><code>{f.Trigger.Trim()}</code></td></tr>"
                            )
                            .ToMarkup()
                    ),
            ]
        );
        Table.End(html);
    }

    private static void Lengths(HtmlWriter html, RunReport report, Look look)
    {
        string[] columns = ["Model", "mean", "least", "5 %", "25 %", "median", "75 %", "95 %", "most", "limit"];
        html.Add("<h3>How long responses are</h3><div class=\"grid\">");
        var number = 0;
        foreach (var level in report.Levels)
        {
            var lines = report
                .Models.Where(m => !Look.IsHollow(m))
                .Select(m => (Model: m, report.Find(m.Key, level)?.Pooled.Lengths))
                .Where(m => m.Lengths is not null)
                .Select(m => new LengthLine(m.Model.Label, look.ColourOf(m.Model.Arm), m.Lengths!))
                .ToList();
            if (lines.Count > 0)
            {
                html.Add(
                    $"<figure><h3>{level.Label}</h3>{LengthPlot.Draw($"lengths{number++}", $"Tokens per response on {level.Label}", lines)}</figure>"
                );
            }
        }

        html.Add(
            "</div><p class=\"note\">Share of responses by tokens generated, in bins of a twentieth of the response limit; the last bin holds those that were cut off.</p>"
        );
        html.Add("<details><summary>Quantiles of the lengths</summary>");
        Table.Begin(html, "Tokens per response, end token included.", columns);
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
                            row.Add($"<td>{Figures.Number(quantile, quantile % 1 == 0 ? 0 : 1)}</td>");
                        }

                        return row.Add($"<td>{cell.Pooled.ResponseLimit}</td></tr>").ToMarkup();
                    }),
            ]);
        Table.End(html);
        html.Add("</details>");
    }
}
