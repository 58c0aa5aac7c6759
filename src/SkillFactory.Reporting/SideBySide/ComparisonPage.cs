using SkillFactory.Reporting.Html;

namespace SkillFactory.Reporting.SideBySide;

/// <summary>A comparison as one HTML file that needs nothing else, in the look of report.html. Well-formed as XML too.</summary>
public static class ComparisonPage
{
    public static string Render(ExperimentComparison comparison)
    {
        var title = string.Join(" · ", comparison.Experiments.Select(e => e.Name).Distinct());
        var html = new HtmlWriter();
        html.Add(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
        );
        html.Add(
            $"<title>Comparison: {title} · SkillFactory</title>\n<style>\n{new Markup(ReportStyle.Css)}\n</style>\n</head>\n<body>\n<header>\n<h1>Comparison</h1>\n<p class=\"lead\">{title}</p>\n</header>\n<main>\n"
        );
        foreach (var (i, table) in ComparisonTables.Of(comparison).Index())
        {
            html.Add($"<section aria-labelledby=\"t{i}\"><h2 id=\"t{i}\">{Head(table.Title)}</h2>");
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

    /// <summary>The first words of a title; the rest is in the table's caption.</summary>
    private static string Head(string title) => title.Split([',', ':'], 2)[0];

    /// <summary>Accuracies with their intervals, one plot per level, a colour per experiment.</summary>
    private static void Plots(HtmlWriter html, ExperimentComparison comparison)
    {
        var colours = comparison
            .Experiments.Select((e, i) => (e.Label, Colour: $"k{(i % ReportStyle.ArmColours) + 1}"))
            .ToDictionary(e => e.Label, e => e.Colour);
        html.Add("<ul class=\"legend\">");
        foreach (var experiment in comparison.Experiments)
        {
            html.Add(
                $"<li><span class=\"dot\" style=\"border-color:var(--{colours[experiment.Label]});background:var(--{colours[experiment.Label]})\"></span>{experiment.Label}: {experiment.Id}</li>"
            );
        }

        html.Add("</ul><div class=\"grid\">");
        var values = comparison.Cells.SelectMany(c => c.Values).ToList();
        var top = Math.Min(100, Plot.Ticks(0, Math.Max(10, 100 * values.Max(v => v.Accuracy.Interval?.High ?? v.Accuracy.Value)), 4)[^1]);
        foreach (var (i, level) in comparison.Cells.GroupBy(c => $"{c.Task.Replace('_', ' ')} {c.Level}").Index())
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
