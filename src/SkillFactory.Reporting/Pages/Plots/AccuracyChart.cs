using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>Shows accuracies with their intervals as rows of marks on one scale. It is made of boxes whose positions are shares of the
/// width, so that text keeps its size on every screen.</summary>
internal static class AccuracyChart
{
    public static Markup Draw(IReadOnlyList<ChartColumn> columns)
    {
        var highest = columns.SelectMany(c => c.Levels).SelectMany(l => l.Rows).Max(r => r.Accuracy.Interval?.High ?? r.Accuracy.Value);
        var ticks = PlotScale.Ticks(0, Math.Max(10, 100 * highest), 5).Where(t => t <= 100).ToList();
        var html = new HtmlWriter().Add("<div class=\"chart\">");
        foreach (var column in columns.Where(c => c.Levels.Count > 0))
        {
            html.Add($"<div style=\"--ticks:{ticks.Count - 1}\">{Heading(column.Title)}");
            foreach (var level in column.Levels)
            {
                html.Add($"<h4>{level.Title}</h4><ul>");
                foreach (var row in level.Rows)
                {
                    html.Add(Draw(level.Title, row, ticks[^1]));
                }

                html.Add("</ul>");
            }

            html.Add("<div class=\"ticks\" aria-hidden=\"true\"><span class=\"name\">accuracy, %</span><span class=\"plot\">");
            foreach (var tick in ticks)
            {
                html.Add($"<span style=\"left:{PlotScale.At(100 * tick / ticks[^1])}%\">{PlotScale.Tick(tick)}</span>");
            }

            html.Add("</span></div></div>");
        }

        return html.Add("</div>").ToMarkup();
    }

    private static Markup Draw(string level, ChartRow row, double top)
    {
        string At(double share) => PlotScale.At(100 * 100 * share / top);
        var html = new HtmlWriter();
        html.Add(
            $"<li style=\"--colour:var(--{row.Colour})\" title=\"{row.Label} on {level}: {NumberFormat.Percent(row.Accuracy)} %\">"
                + $"<span class=\"name\">{row.Label}</span><span class=\"plot\">"
        );
        if (row.Accuracy.Interval is { } interval)
        {
            html.Add($"<span class=\"interval\" style=\"left:{At(interval.Low)}%;width:{At(interval.High - interval.Low)}%\"></span>");
        }

        return html.Add(
                $"<span class=\"mark{(row.Hollow ? " hollow" : "")}\" style=\"left:{At(row.Accuracy.Value)}%\"></span></span>"
                    + $"<span class=\"value\">{NumberFormat.Percent(row.Accuracy.Value)}</span></li>"
            )
            .ToMarkup();
    }

    private static Markup Heading(string title) => title.Length == 0 ? Markup.None : HtmlWriter.Of($"<h3>{title}</h3>");
}
