using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>Plots values with their intervals on one scale, one row per value.</summary>
internal static class DotPlot
{
    private const int Left = 122;
    private const int Right = 12;
    private const int RowHeight = 22;

    /// <param name="id">Unique in the document.</param>
    /// <param name="title">Description of the plot for screen readers.</param>
    /// <param name="top">Upper end of the scale in percent, the same for all plots that are compared.</param>
    public static Markup Draw(string id, string title, IReadOnlyList<DotRow> rows, double top)
    {
        var height = (rows.Count * RowHeight) + 26;
        var bottom = (rows.Count * RowHeight) + 4;
        string X(double value) => PlotScale.At(Left + (value / top * (PlotScale.Width - Left - Right)));
        var html = new HtmlWriter();
        html.Add(
            $"<svg viewBox=\"0 0 {PlotScale.Width} {height}\" role=\"img\" aria-labelledby=\"{id}\">"
                + $"<title id=\"{id}\">{title}: {string.Join("; ", rows.Select(Describe))}</title>"
        );
        foreach (var tick in PlotScale.Ticks(0, top, 4).Where(t => t <= top))
        {
            html.Add(
                $"<line class=\"rule\" x1=\"{X(tick)}\" x2=\"{X(tick)}\" y1=\"2\" y2=\"{bottom}\"/>"
                    + $"<text class=\"axis\" x=\"{X(tick)}\" y=\"{bottom + 14}\" text-anchor=\"middle\">{PlotScale.Tick(tick)}</text>"
            );
        }

        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var y = (i * RowHeight) + 14;
            html.Add($"<text x=\"{Left - 10}\" y=\"{y + 4}\" text-anchor=\"end\">{PlotScale.Shorten(row.Label, 19)}</text>");
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

    private static string Describe(DotRow row)
    {
        var interval = row is { Low: { } low, High: { } high }
            ? $", interval {NumberFormat.Number(low, 1)} to {NumberFormat.Number(high, 1)}"
            : "";
        return $"{row.Label} {NumberFormat.Number(row.Value, 1)} %{interval}";
    }
}
