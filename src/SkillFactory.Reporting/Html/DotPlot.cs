namespace SkillFactory.Reporting.Html;

/// <summary>One row of a dot plot.</summary>
/// <param name="Colour">Colour class, k0 … k7.</param>
/// <param name="Hollow">An earlier checkpoint of an arm.</param>
/// <param name="Value">In percent.</param>
internal sealed record DotRow(string Label, string Colour, bool Hollow, double Value, double? Low, double? High);

/// <summary>Values with their intervals on one scale, one row each.</summary>
internal static class DotPlot
{
    private const int Left = 122;
    private const int Right = 12;
    private const int Row = 22;

    /// <param name="id">Unique in the document.</param>
    /// <param name="title">What is shown, for those who do not see it.</param>
    /// <param name="top">End of the scale in percent, common to the plots that are to be compared.</param>
    public static Markup Draw(string id, string title, IReadOnlyList<DotRow> rows, double top)
    {
        var height = (rows.Count * Row) + 26;
        var bottom = (rows.Count * Row) + 4;
        string X(double value) => Plot.At(Left + (value / top * (Plot.Width - Left - Right)));
        var html = new HtmlWriter();
        html.Add(
            $"<svg viewBox=\"0 0 {Plot.Width} {height}\" role=\"img\" aria-labelledby=\"{id}\"><title id=\"{id}\">{title}: {string.Join("; ", rows.Select(Spoken))}</title>"
        );
        foreach (var tick in Plot.Ticks(0, top, 4).Where(t => t <= top))
        {
            html.Add(
                $"<line class=\"rule\" x1=\"{X(tick)}\" x2=\"{X(tick)}\" y1=\"2\" y2=\"{bottom}\"/><text class=\"axis\" x=\"{X(tick)}\" y=\"{bottom + 14}\" text-anchor=\"middle\">{Plot.Tick(tick)}</text>"
            );
        }

        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var y = (i * Row) + 14;
            html.Add($"<text x=\"{Left - 10}\" y=\"{y + 4}\" text-anchor=\"end\">{Plot.Short(row.Label, 19)}</text>");
            if (row is { Low: { } low, High: { } high })
            {
                html.Add($"<line class=\"bar\" stroke=\"var(--{row.Colour})\" x1=\"{X(low)}\" x2=\"{X(high)}\" y1=\"{y}\" y2=\"{y}\"/>");
            }

            html.Add(
                row.Hollow
                    ? HtmlWriter.Of($"<circle class=\"hollow\" stroke=\"var(--{row.Colour})\" cx=\"{X(row.Value)}\" cy=\"{y}\" r=\"4\"/>")
                    : HtmlWriter.Of($"<circle fill=\"var(--{row.Colour})\" cx=\"{X(row.Value)}\" cy=\"{y}\" r=\"4.5\"/>")
            );
        }

        return html.Add("</svg>").ToMarkup();
    }

    private static string Spoken(DotRow row) =>
        $"{row.Label} {Figures.Number(row.Value, 1)} %{(row is { Low: { } low, High: { } high } ? $", interval {Figures.Number(low, 1)} to {Figures.Number(high, 1)}" : "")}";
}
