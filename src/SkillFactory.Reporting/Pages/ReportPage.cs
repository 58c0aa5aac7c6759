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
        (string Id, string Title, Markup Body)[] opening =
        [
            ("retry", "A response that retries and gets it right", OpeningSection.Trace(report)),
            ("chart", "Accuracy of every arm on every level", OpeningSection.Chart(report, colours)),
            ("effects", "Largest gains and losses, and their cost", OpeningSection.Effects(report)),
        ];
        (string Id, string Title, Markup Body)[] sections =
        [
            ("accuracy", "Accuracy", AccuracySection.Draw(report)),
            ("comparisons", "Comparisons", ArmComparisonSection.Draw(report)),
            ("tokens", "Tokens and accuracy", TokenSection.Draw(report, colours)),
            ("yields", "From attempts to traces", YieldSection.Draw(report)),
            ("training", "Training", TrainingSection.Draw(report, colours)),
            ("skills", "Skill use", SkillSection.Draw(report)),
            ("traces", "Example responses", SampleSection.Draw(report)),
            ("cost", "Cost", CostSection.Draw(report)),
            ("caveats", "Caveats", List(report.Caveats)),
            ("run", "Run and recipe", Run(report)),
        ];
        var html = new HtmlWriter();
        html.Add(ReportStyle.DocumentStart);
        html.Add(
            $"<title>{report.Run.Name} · SkillFactory</title>\n<style>\n{new Markup(ReportStyle.Css)}\n{SampleSection.Rules(report)}"
                + $"</style>\n</head>\n<body>\n"
        );
        html.Add($"<header>\n<h1>{report.Run.Name}</h1>\n{OpeningSection.Words(report)}</header>\n<main>\n");
        Sections(html, opening);
        html.Add("<nav aria-label=\"Sections\">");
        foreach (var section in sections.Where(s => s.Body.Text.Length > 0))
        {
            html.Add($"<a href=\"#{section.Id}\">{section.Title}</a>");
        }

        html.Add("</nav>\n");
        Sections(html, sections);
        html.Add(
            $"</main>\n<footer>{report.Run.Id} · SkillFactory {report.Run.Version} · report.json has all numbers on this "
                + $"page</footer>\n</body>\n</html>\n"
        );
        return html.ToMarkup().Text;
    }

    private static void Sections(HtmlWriter html, IEnumerable<(string Id, string Title, Markup Body)> sections)
    {
        foreach (var (id, title, body) in sections.Where(s => s.Body.Text.Length > 0))
        {
            html.Add($"<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{title}</h2>{body}</section>\n");
        }
    }

    private static Markup Run(RunReport report)
    {
        var run = report.Run;
        var html = new HtmlWriter().Add("<dl class=\"facts\">");
        foreach (
            var (term, value) in new[]
            {
                ("Description", run.Description),
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

        return html.Add($"</dl><details><summary>The resolved recipe</summary><pre>{report.Recipe}</pre></details>").ToMarkup();
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
