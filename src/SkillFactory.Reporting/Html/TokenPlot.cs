namespace SkillFactory.Reporting.Html;

/// <summary>In percent, at a mean number of tokens.</summary>
internal sealed record TokenPoint(double Tokens, double Value, double Low, double High);

/// <summary>One response, or one of several chosen by reflection or by majority.</summary>
internal enum TokenMark
{
    Single,
    Reflection,
    Majority,
}

/// <summary>One way to spend tokens.</summary>
/// <param name="Mark">How one answer came to be.</param>
internal sealed record TokenLine(string Label, string Colour, TokenMark Mark, IReadOnlyList<TokenPoint> Points);

/// <summary>Accuracy over tokens on a logarithmic scale, each way of spending them a line with intervals at its points.</summary>
internal static class TokenPlot
{
    private const int Left = 40;
    private const int Right = 10;
    private const int Top = 8;
    private const int Bottom = 170;

    public static Markup Draw(string id, string title, IReadOnlyList<TokenLine> lines)
    {
        var points = lines.SelectMany(l => l.Points).ToList();
        var (least, most) = (Math.Log(points.Min(p => p.Tokens) * 0.9), Math.Log(points.Max(p => p.Tokens) * 1.1));
        var ticks = Plot.Ticks(0, Math.Max(1, points.Max(p => p.High)), 4);
        string X(double tokens) =>
            Plot.At(Left + ((Math.Log(tokens) - least) / Math.Max(1e-9, most - least) * (Plot.Width - Left - Right)));
        string Y(double value) => Plot.At(Bottom - (value / ticks[^1] * (Bottom - Top)));
        var html = new HtmlWriter();
        html.Add(
            $"<svg viewBox=\"0 0 {Plot.Width} {Bottom + 32}\" role=\"img\" aria-labelledby=\"{id}\"><title id=\"{id}\">{title}: {string.Join("; ", lines.Select(Spoken))}</title>"
        );
        foreach (var tick in ticks)
        {
            html.Add(
                $"<line class=\"rule\" x1=\"{Left}\" x2=\"{Plot.Width - Right}\" y1=\"{Y(tick)}\" y2=\"{Y(tick)}\"/><text class=\"axis\" x=\"{Left - 6}\" y=\"{Y(tick)}\" dy=\"3.5\" text-anchor=\"end\">{Plot.Tick(tick)}</text>"
            );
        }

        foreach (var tick in Plot.LogTicks(Math.Exp(least), Math.Exp(most)))
        {
            html.Add($"<text class=\"axis\" x=\"{X(tick)}\" y=\"{Bottom + 14}\" text-anchor=\"middle\">{Plot.Tick(tick)}</text>");
        }

        html.Add($"<text class=\"axis\" x=\"{Plot.Width - Right}\" y=\"{Bottom + 28}\" text-anchor=\"end\">tokens</text>");
        foreach (var line in lines)
        {
            html.Add(
                $"<polyline class=\"{(line.Mark == TokenMark.Single ? "thick" : "dashed")}\" stroke=\"var(--{line.Colour})\" points=\"{string.Join(' ', line.Points.Select(p => $"{X(p.Tokens)},{Y(p.Value)}"))}\"/>"
            );
            foreach (var p in line.Points)
            {
                html.Add(
                    $"<line class=\"fine\" stroke=\"var(--{line.Colour})\" x1=\"{X(p.Tokens)}\" x2=\"{X(p.Tokens)}\" y1=\"{Y(p.Low)}\" y2=\"{Y(p.High)}\"/>"
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

    private static string Spoken(TokenLine line) =>
        $"{line.Label} {string.Join(", ", line.Points.Select(p => $"{Figures.Number(p.Value, 1)} % at {Figures.Number(p.Tokens, 0)}"))}";
}
