using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Renders report.html as one self-contained file, from a <see cref="RunReport"/> alone. The file is also well-formed
/// XML.</summary>
public static class ReportPage
{
    /// <summary>The whole document.</summary>
    public static string Render(RunReport report)
    {
        var colours = new ModelColours(report);
        (string Id, string Title, Markup Body)[] sections =
        [
            ("result", "Result", Summary(report)),
            ("accuracy", "Accuracy", AccuracySection.Draw(report, colours)),
            ("tables", "Tables as in the paper", PaperSection.Draw(report)),
            ("comparisons", "Comparisons", ArmComparisonSection.Draw(report)),
            ("untrained", "Untrained tasks", ForgettingSection.Draw(report)),
            ("tokens", "Tokens and accuracy", TokenSection.Draw(report, colours)),
            ("yields", "From attempts to traces", YieldSection.Draw(report)),
            ("training", "Training", TrainingSection.Draw(report, colours)),
            ("skills", "Skill use", SkillSection.Draw(report)),
            ("traces", "Example responses", SampleSection.Draw(report)),
            ("cost", "Cost", CostSection.Draw(report)),
            ("caveats", "Caveats", List(report.Caveats)),
            (
                "recipe",
                "Recipe",
                HtmlWriter.Of(
                    $"<p class=\"note\">The resolved recipe. Seeds: {string.Join(", ", report.Run.Seeds)}.</p><pre>{report.Recipe}</pre>"
                )
            ),
        ];
        var html = new HtmlWriter();
        html.Add(ReportStyle.DocumentStart);
        html.Add(
            $"<title>{report.Run.Name} · SkillFactory</title>\n<style>\n{new Markup(ReportStyle.Css)}\n{SampleSection.Rules(report)}"
                + $"</style>\n</head>\n<body>\n"
        );
        Header(html, report);
        var shown = sections.Where(s => s.Body.Text.Length > 0).ToList();
        html.Add("<nav aria-label=\"Sections\">");
        foreach (var section in shown)
        {
            html.Add($"<a href=\"#{section.Id}\">{section.Title}</a>");
        }

        html.Add("</nav>\n</header>\n<main>\n");
        foreach (var section in shown)
        {
            html.Add($"<section aria-labelledby=\"{section.Id}\"><h2 id=\"{section.Id}\">{section.Title}</h2>{section.Body}</section>\n");
        }

        html.Add(
            $"</main>\n<footer>{report.Run.Id} · SkillFactory {report.Run.Version} · report.json has all numbers on this "
                + $"page</footer>\n</body>\n</html>\n"
        );
        return html.ToMarkup().Text;
    }

    private static void Header(HtmlWriter html, RunReport report)
    {
        var run = report.Run;
        html.Add($"<header>\n<h1>{run.Name}</h1>\n");
        if (run.Description.Length > 0)
        {
            html.Add($"<p class=\"lead\">{run.Description}</p>\n");
        }

        html.Add("<dl class=\"facts\">");
        foreach (
            var (term, value) in new[]
            {
                ("Base model", run.BaseModel),
                ("Device", run.Device),
                ("Machine", run.Machine),
                ("Seeds", string.Join(", ", run.Seeds)),
                ("Started", run.StartedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm") + " UTC"),
                ("Time of all stages", NumberFormat.Duration(run.WallSeconds)),
                ("Intervals", $"{100 * run.Confidence:0.#} %, {NumberFormat.Count(run.Resamples)} resamples"),
            }.Where(f => f.Item2.Length > 0)
        )
        {
            html.Add($"<div><dt>{term}</dt><dd>{value}</dd></div>");
        }

        html.Add("</dl>\n");
    }

    private static Markup Summary(RunReport report)
    {
        var html = new HtmlWriter();
        if (!report.Run.Complete)
        {
            html.Add("<p class=\"no\">The run is not finished. This report shows the results so far.</p>");
        }

        if (report.Summary.Count > 0)
        {
            html.Add("<ul class=\"words\">");
            foreach (var sentence in report.Summary)
            {
                html.Add($"<li>{sentence}</li>");
            }

            html.Add("</ul>");
        }
        else
        {
            html.Add("<p>Nothing has been evaluated yet.</p>");
        }

        return html.ToMarkup();
    }

    private static Markup List(IReadOnlyList<string> items)
    {
        if (items.Count == 0)
        {
            return Markup.None;
        }

        var html = new HtmlWriter().Add("<ul>");
        foreach (var item in items)
        {
            html.Add($"<li>{item}</li>");
        }

        return html.Add("</ul>").ToMarkup();
    }
}
