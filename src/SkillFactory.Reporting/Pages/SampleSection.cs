using SkillFactory.Grading;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Example responses with filters. The filters are radio buttons and style rules, because the page has no scripts.</summary>
internal static class SampleSection
{
    public static Markup Draw(RunReport report)
    {
        if (report.Samples.Count == 0)
        {
            return Markup.None;
        }

        var (models, levels, outcomes) = FilterChoices(report);
        var html = new HtmlWriter();
        html.Add($"<p class=\"note\">{TraceView.Legend} The responses were selected by a fixed rule, which is stated with each.</p>");
        AddFilter(html, "model", "Model", [.. models.Select(m => m.Label)]);
        AddFilter(html, "level", "Level", [.. levels.Select(l => l.Label)]);
        AddFilter(html, "outcome", "Outcome", [.. outcomes.Select(Words)]);
        html.Add("<div class=\"samples\">");
        foreach (var s in report.Samples)
        {
            var level = levels.FindIndex(l => l.Task == s.Task && l.Level == s.Level);
            html.Add(
                $"<details class=\"sample model{models.FindIndex(m => m.Key == s.Model)} level{level} "
                    + $"outcome{outcomes.IndexOf(s.Outcome)}\">"
                    + $"<summary>{report.LabelOf(s.Model)} · {levels[level].Label} · <span "
                    + $"class=\"{(s.Outcome == Outcome.Correct ? "yes" : "no")}\">"
                    + $"{Words(s.Outcome)}</span> · {s.Tokens} tokens</summary>"
            );
            html.Add($"<p class=\"note\">{s.RolloutId}, seed {s.Seed}: {s.Selection}.{(s.Reason.Length > 0 ? " " + s.Reason : "")}</p>");
            if (s.Question is { } question)
            {
                html.Add($"<pre class=\"trace\">{question}</pre>");
            }

            html.Add(TraceView.Draw(s.Response)).Add("</details>");
        }

        html.Add("</div>");
        return html.ToMarkup();
    }

    /// <summary>Style rules of the filters. When a choice other than "all" is checked, responses without its class are hidden.</summary>
    public static Markup Rules(RunReport report)
    {
        var (models, levels, outcomes) = FilterChoices(report);
        var html = new HtmlWriter();
        foreach (var (name, count) in new[] { ("model", models.Count), ("level", levels.Count), ("outcome", outcomes.Count) })
        {
            for (var i = 0; i < count; i++)
            {
                html.Add($"main:has(#{name}{i}:checked) .sample:not(.{name}{i}) {{ display: none; }}\n");
            }
        }

        return html.ToMarkup();
    }

    private static (List<ReportedModel> Models, List<ReportedLevel> Levels, List<Outcome> Outcomes) FilterChoices(RunReport report) =>
        (
            [.. report.Models.Where(m => report.Samples.Any(s => s.Model == m.Key))],
            [.. report.Levels.Where(l => report.Samples.Any(s => s.Task == l.Task && s.Level == l.Level))],
            [.. Enum.GetValues<Outcome>().Where(o => report.Samples.Any(s => s.Outcome == o))]
        );

    private static void AddFilter(HtmlWriter html, string name, string title, IReadOnlyList<string> labels)
    {
        html.Add(
            $"<fieldset><legend>{title}</legend><label><input type=\"radio\" name=\"{name}\" id=\"{name}-all\" "
                + $"checked=\"checked\"/>all</label>"
        );
        for (var i = 0; i < labels.Count; i++)
        {
            html.Add($"<label><input type=\"radio\" name=\"{name}\" id=\"{name}{i}\"/>{labels[i]}</label>");
        }

        html.Add("</fieldset>");
    }

    private static string Words(Outcome outcome) =>
        outcome switch
        {
            Outcome.Correct => "correct",
            Outcome.Wrong => "wrong",
            Outcome.Unparseable => "unparseable",
            Outcome.Truncated => "truncated",
            _ => "unscored",
        };
}
