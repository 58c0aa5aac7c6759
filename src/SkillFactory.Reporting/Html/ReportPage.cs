namespace SkillFactory.Reporting.Html;

/// <summary>report.html: one file that needs nothing else, drawn from <see cref="RunReport"/> alone. Well-formed as XML too.</summary>
public static class ReportPage
{
    /// <summary>The whole document.</summary>
    public static string Render(RunReport report)
    {
        var look = new Look(report);
        (string Id, string Title, Markup Body)[] sections =
        [
            ("result", "Result", Words(report)),
            ("accuracy", "Accuracy", AccuracySection.Draw(report, look)),
            ("tables", "In the paper's layout", PaperSection.Draw(report)),
            ("ahead", "Who is ahead", ComparisonSection.Draw(report)),
            ("kept", "Kept and forgotten", ForgettingSection.Draw(report)),
            ("tokens", "Tokens and accuracy", TokenSection.Draw(report, look)),
            ("yields", "Yields", YieldSection.Draw(report)),
            ("training", "Training", TrainingSection.Draw(report, look)),
            ("skills", "Use of the skills", SkillSection.Draw(report)),
            ("traces", "Sample traces", SampleSection.Draw(report)),
            ("cost", "Cost", CostSection.Draw(report)),
            ("caveats", "Caveats", List(report.Caveats)),
            (
                "recipe",
                "Recipe",
                HtmlWriter.Of($"<p class=\"note\">As resolved. Seeds: {string.Join(", ", report.Run.Seeds)}.</p><pre>{report.Recipe}</pre>")
            ),
        ];
        var html = new HtmlWriter();
        html.Add(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
        );
        html.Add(
            $"<title>{report.Run.Name} · SkillFactory</title>\n<style>\n{new Markup(ReportStyle.Css)}\n{SampleSection.Rules(report)}</style>\n</head>\n<body>\n"
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
            $"</main>\n<footer>{report.Run.Id} · SkillFactory {report.Run.Version} · every figure on this page, with counts and intervals, is in report.json</footer>\n</body>\n</html>\n"
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
                ("Time of all stages", Figures.Duration(run.WallSeconds)),
                ("Intervals", $"{100 * run.Confidence:0.#} %, {Figures.Count(run.Resamples)} resamples"),
            }.Where(f => f.Item2.Length > 0)
        )
        {
            html.Add($"<div><dt>{term}</dt><dd>{value}</dd></div>");
        }

        html.Add("</dl>\n");
    }

    private static Markup Words(RunReport report)
    {
        var html = new HtmlWriter();
        if (!report.Run.Complete)
        {
            html.Add("<p class=\"no\">The run is not finished; this is what there is so far.</p>");
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

/// <summary>Which colour and mark a model has, the same in every plot: the base is grey, an arm keeps one colour, checkpoints before an
/// arm's last are hollow.</summary>
internal sealed class Look(RunReport report)
{
    private readonly List<string> _arms =
    [
        .. report.Models.Where(m => m.Arm.Length > 0).Select(m => m.Arm).Concat(report.Curves.Select(c => c.Arm)).Distinct(),
    ];

    public string ColourOf(string arm) => arm.Length == 0 ? "k0" : $"k{(_arms.IndexOf(arm) % ReportStyle.ArmColours) + 1}";

    public static bool IsHollow(ReportedModel model) => model.Arm.Length > 0 && !model.Final;

    public Markup Legend(IEnumerable<(string Label, string Arm, bool Hollow)> entries)
    {
        var html = new HtmlWriter().Add("<ul class=\"legend\">");
        foreach (var (label, arm, hollow) in entries)
        {
            html.Add(
                $"<li><span class=\"dot{(hollow ? " open" : "")}\" style=\"border-color:var(--{ColourOf(arm)});background:var(--{ColourOf(arm)})\"></span>{label}</li>"
            );
        }

        return html.Add("</ul>").ToMarkup();
    }
}
