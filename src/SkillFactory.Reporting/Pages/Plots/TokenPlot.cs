using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>Plots accuracy against tokens per answer on a logarithmic scale, with an interval at each point.</summary>
internal static class TokenPlot
{
    private const int Left = 40;
    private const int Right = 10;
    private const int Top = 22;
    private const int Bottom = 184;

    public static Markup Draw(string id, string title, IReadOnlyList<TokenLine> lines)
    {
        var points = lines.SelectMany(l => l.Points).ToList();
        var (lowest, highest) = (Math.Log(points.Min(p => p.Tokens) * 0.9), Math.Log(points.Max(p => p.Tokens) * 1.1));
        var ticks = PlotScale.Ticks(0, Math.Max(1, points.Max(p => p.High)), 4);
        string X(double tokens) =>
            PlotScale.At(Left + ((Math.Log(tokens) - lowest) / Math.Max(1e-9, highest - lowest) * (PlotScale.Width - Left - Right)));
        string Y(double value) => PlotScale.At(Bottom - (value / ticks[^1] * (Bottom - Top)));
        var html = new HtmlWriter();
        html.Add(
            $"<svg viewBox=\"0 0 {PlotScale.Width} {Bottom + 32}\" role=\"img\" aria-labelledby=\"{id}\">"
                + $"<title id=\"{id}\">{title}: {string.Join("; ", lines.Select(Describe))}</title>"
                + $"<text class=\"axis\" x=\"0\" y=\"10\">accuracy, %</text>"
        );
        foreach (var tick in ticks)
        {
            html.Add(
                $"<line class=\"rule\" x1=\"{Left}\" x2=\"{PlotScale.Width - Right}\" y1=\"{Y(tick)}\" y2=\"{Y(tick)}\"/>"
                    + $"<text class=\"axis\" x=\"{Left - 6}\" y=\"{Y(tick)}\" dy=\"3.5\" text-anchor=\"end\">{PlotScale.Tick(tick)}</text>"
            );
        }

        foreach (var tick in PlotScale.LogTicks(Math.Exp(lowest), Math.Exp(highest)))
        {
            html.Add($"<text class=\"axis\" x=\"{X(tick)}\" y=\"{Bottom + 14}\" text-anchor=\"middle\">{PlotScale.Tick(tick)}</text>");
        }

        html.Add($"<text class=\"axis\" x=\"{PlotScale.Width - Right}\" y=\"{Bottom + 28}\" text-anchor=\"end\">tokens per answer</text>");
        foreach (var line in lines)
        {
            html.Add(
                $"<polyline class=\"{(line.Mark == TokenMark.Single ? "thick" : "dashed")}\" stroke=\"var(--{line.Colour})\" "
                    + $"points=\"{string.Join(' ', line.Points.Select(p => $"{X(p.Tokens)},{Y(p.Value)}"))}\"/>"
            );
            foreach (var p in line.Points)
            {
                html.Add(
                    $"<line class=\"fine\" stroke=\"var(--{line.Colour})\" x1=\"{X(p.Tokens)}\" x2=\"{X(p.Tokens)}\" "
                        + $"y1=\"{Y(p.Low)}\" y2=\"{Y(p.High)}\"/>"
                );
                html.Add(Mark(line, X(p.Tokens), Y(p.Value)));
            }
        }

        return html.Add("</svg>").ToMarkup();
    }

    private static Markup Mark(TokenLine line, string x, string y) =>
        line.Mark switch
        {
            TokenMark.Single => HtmlWriter.Of($"<circle fill=\"var(--{line.Colour})\" cx=\"{x}\" cy=\"{y}\" r=\"3\"/>"),
            TokenMark.Reflection => HtmlWriter.Of($"<path fill=\"var(--{line.Colour})\" d=\"M{x} {y}m-2.7 -2.7h5.4v5.4h-5.4z\"/>"),
            _ => HtmlWriter.Of($"<path fill=\"var(--{line.Colour})\" d=\"M{x} {y}m-3.5 2.5h7l-3.5 -6z\"/>"),
        };

    private static string Describe(TokenLine line)
    {
        var points = line.Points.Select(p => $"{NumberFormat.Number(p.Value, 1)} % at {NumberFormat.Number(p.Tokens, 0)}");
        return $"{line.Label} {string.Join(", ", points)}";
    }
}
