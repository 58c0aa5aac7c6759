using SkillFactory.Reporting.Pages;
using SkillFactory.Reporting.Pages.Plots;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>Renders a comparison as one self-contained HTML file in the style of report.html. The file is also well-formed XML.</summary>
public static class ExperimentComparisonPage
{
    public static string Render(ExperimentComparison comparison)
    {
        var title = string.Join(" · ", comparison.Experiments.Select(e => e.Name).Distinct());
        var html = new HtmlWriter();
        html.Add(ReportStyle.DocumentStart);
        html.Add(
            $"""
            <title>Comparison: {title} · SkillFactory</title>
            <style>
            {new Markup(ReportStyle.Css)}
            </style>
            </head>
            <body>
            <header>
            <h1>Comparison</h1>
            <p class="lead">{title}</p>
            </header>
            <main>

            """
        );
        foreach (var (i, table) in ExperimentComparisonTables.Of(comparison).Index())
        {
            html.Add($"<section aria-labelledby=\"t{i}\"><h2 id=\"t{i}\">{HeadingOf(table.Title)}</h2>");
            if (table.Header[0] == "level")
            {
                Plots(html, comparison);
            }

            Table.Begin(html, table.Title, table.Header, table.TextColumns);
            foreach (var row in table.Rows)
            {
                html.Add("<tr>").Add(Table.Head(row[0]));
                foreach (var (column, field) in row.Index().Skip(1))
                {
                    html.Add($"<td{(column < table.TextColumns ? new Markup(" class=\"l\"") : Markup.None)}>{field}</td>");
                }

                html.Add("</tr>");
            }

            Table.End(html);
            html.Add("</section>\n");
        }

        html.Add("<section aria-labelledby=\"notes\"><h2 id=\"notes\">Notes</h2><ul>");
        foreach (var note in comparison.Notes)
        {
            html.Add($"<li>{note}</li>");
        }

        return html.Add("</ul></section>\n</main>\n</body>\n</html>\n").ToMarkup().Text;
    }

    /// <summary>The part of a title before the first comma or colon. The table's caption has the whole title.</summary>
    private static string HeadingOf(string title) => title.Split([',', ':'], 2)[0];

    /// <summary>Plots accuracies with their intervals: one plot per level, one colour per experiment.</summary>
    private static void Plots(HtmlWriter html, ExperimentComparison comparison)
    {
        var colours = comparison
            .Experiments.Select((e, i) => (e.Label, Colour: $"k{(i % ReportStyle.ArmColours) + 1}"))
            .ToDictionary(e => e.Label, e => e.Colour);
        html.Add("<ul class=\"legend\">");
        foreach (var experiment in comparison.Experiments)
        {
            html.Add(ModelColours.LegendEntry(colours[experiment.Label], $"{experiment.Label}: {experiment.Id}"));
        }

        html.Add("</ul><div class=\"grid\">");
        var values = comparison.Cells.SelectMany(c => c.Values).ToList();
        var highest = values.Max(v => v.Accuracy.Interval?.High ?? v.Accuracy.Value);
        var top = Math.Min(100, PlotScale.Ticks(0, Math.Max(10, 100 * highest), 4)[^1]);
        foreach (var (i, level) in comparison.Cells.GroupBy(c => ReportedLevel.LabelOf(c.Task, c.Level)).Index())
        {
            var rows = level
                .SelectMany(c =>
                    c.Values.Select(v => new DotRow(
                        $"{c.Model} {v.Experiment}",
                        colours[v.Experiment],
                        false,
                        100 * v.Accuracy.Value,
                        100 * v.Accuracy.Interval?.Low,
                        100 * v.Accuracy.Interval?.High
                    ))
                )
                .ToList();
            html.Add($"<figure><h3>{level.Key}</h3>{DotPlot.Draw($"level{i}", $"Accuracy on {level.Key}", rows, top)}</figure>");
        }

        html.Add("</div>");
    }
}
