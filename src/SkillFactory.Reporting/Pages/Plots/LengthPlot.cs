using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>Plots histograms of response lengths as outlines, one per model.</summary>
internal static class LengthPlot
{
    private const int Left = 40;
    private const int Right = 10;
    private const int Top = 22;
    private const int Bottom = 134;

    public static Markup Draw(string id, string title, IReadOnlyList<LengthLine> lines)
    {
        var limit = lines.Max(l => l.Lengths.Edges[^1]);
        var ticks = PlotScale.Ticks(0, 100 * lines.Max(l => (double)l.Lengths.Bins.Max() / l.Lengths.Count), 3);
        string X(double tokens) => PlotScale.At(Left + (tokens / limit * (PlotScale.Width - Left - Right)));
        string Y(double percent) => PlotScale.At(Bottom - (percent / ticks[^1] * (Bottom - Top)));
        var html = new HtmlWriter();
        html.Add(
            $"<svg viewBox=\"0 0 {PlotScale.Width} {Bottom + 32}\" role=\"img\" aria-labelledby=\"{id}\"><title id=\"{id}\">{title}, "
                + $"medians: {string.Join("; ", lines.Select(l => $"{l.Label} {NumberFormat.Number(l.Lengths.Median, 0)}"))}</title>"
                + $"<text class=\"axis\" x=\"0\" y=\"10\">responses, %</text><text class=\"axis\" x=\"{PlotScale.Width - Right}\" "
                + $"y=\"{Bottom + 28}\" text-anchor=\"end\">tokens per response</text>"
        );
        foreach (var tick in ticks)
        {
            html.Add(
                $"<line class=\"rule\" x1=\"{Left}\" x2=\"{PlotScale.Width - Right}\" y1=\"{Y(tick)}\" y2=\"{Y(tick)}\"/><text "
                    + $"class=\"axis\" x=\"{Left - 6}\" y=\"{Y(tick)}\" dy=\"3.5\" text-anchor=\"end\">{PlotScale.Tick(tick)}</text>"
            );
        }

        foreach (var tick in PlotScale.Ticks(0, limit, 4).Where(t => t <= limit))
        {
            html.Add($"<text class=\"axis\" x=\"{X(tick)}\" y=\"{Bottom + 14}\" text-anchor=\"middle\">{PlotScale.Tick(tick)}</text>");
        }

        foreach (var line in lines)
        {
            var lengths = line.Lengths;
            var outline = lengths
                .Bins.SelectMany(
                    (count, i) => new[] { (Tokens: lengths.Edges[i], Count: count), (Tokens: lengths.Edges[i + 1], Count: count) }
                )
                .Select(p => $"{X(p.Tokens)},{Y(100.0 * p.Count / lengths.Count)}");
            html.Add($"<polyline class=\"step\" stroke=\"var(--{line.Colour})\" points=\"{string.Join(' ', outline)}\"/>");
        }

        return html.Add("</svg>").ToMarkup();
    }
}
