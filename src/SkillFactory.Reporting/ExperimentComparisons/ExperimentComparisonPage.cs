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
        html.Add($"<section aria-labelledby=\"chart\"><h2 id=\"chart\">Every model on every level</h2>{Chart(comparison)}</section>\n");
        foreach (var (i, table) in ExperimentComparisonTables.Of(comparison).Index())
        {
            html.Add($"<section aria-labelledby=\"t{i}\"><h2 id=\"t{i}\">{table.Title}</h2>{Draw(table)}</section>\n");
        }

        html.Add("<section aria-labelledby=\"notes\"><h2 id=\"notes\">Notes</h2><ul>");
        foreach (var note in comparison.Notes)
        {
            html.Add($"<li>{note}</li>");
        }

        return html.Add("</ul></section>\n</main>\n</body>\n</html>\n").ToMarkup().Text;
    }

    private static Markup Draw(TextTable data)
    {
        var table = new Table(char.ToUpperInvariant(data.Note[0]) + data.Note[1..] + ".", data.Header);
        foreach (var row in data.Rows)
        {
            table.Add(row[0], row.Index().Skip(1).Select(f => f.Index < data.TextColumns ? Cell.Text(f.Item) : Cell.Figure(f.Item)));
        }

        return table.Draw();
    }

    /// <summary>One colour per experiment; the levels in two columns.</summary>
    private static Markup Chart(ExperimentComparison comparison)
    {
        if (comparison.Cells.Count == 0)
        {
            return HtmlWriter.Of($"<p>Nothing has been evaluated yet.</p>");
        }

        var colours = comparison
            .Experiments.Select((e, i) => (e.Label, Colour: $"k{(i % ReportStyle.ArmColours) + 1}"))
            .ToDictionary(e => e.Label, e => e.Colour);
        var html = new HtmlWriter().Add("<ul class=\"legend\">");
        foreach (var experiment in comparison.Experiments)
        {
            html.Add(ModelColours.LegendEntry(colours[experiment.Label], $"{experiment.Label}: {experiment.Id}"));
        }

        var levels = comparison
            .Cells.GroupBy(c => ReportedLevel.LabelOf(c.Task, c.Level))
            .Select(level => new ChartLevel(
                level.Key,
                [
                    .. from cell in level
                    from value in cell.Values
                    select new ChartRow(
                        $"{comparison.LabelOf(cell.Model, value.Experiment)} · {value.Experiment}",
                        colours[value.Experiment],
                        Hollow: false,
                        value.Accuracy
                    ),
                ]
            ))
            .ToList();
        return html.Add($"</ul><figure>{AccuracyChart.Draw(ChartColumn.Halves(levels))}</figure>").ToMarkup();
    }
}
