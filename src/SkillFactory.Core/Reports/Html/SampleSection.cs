using SkillFactory.Core.Grading;

namespace SkillFactory.Core.Reports.Html;

internal static class SampleSection
{
    public static Markup Draw(RunReport report)
    {
        if (report.Samples.Count == 0)
        {
            return Markup.None;
        }

        var html = new HtmlWriter();
        html.Add("<p class=\"note\">Picked by rule, not by hand; each says which. Attempts and critiques have their own background, answers stand out, verdicts are coloured by what they say.</p>");
        foreach (var model in report.Models)
        {
            var samples = report.Samples.Where(s => s.Model == model.Key).ToList();
            if (samples.Count == 0)
            {
                continue;
            }

            html.Add($"<h3>{model.Label}</h3>");
            foreach (var s in samples)
            {
                html.Add($"<details><summary>{s.Task} {s.Level}, <span class=\"{(s.Outcome == Outcome.Correct ? "yes" : "no")}\">{Words(s.Outcome)}</span>, {s.Tokens} tokens</summary>");
                html.Add($"<p class=\"note\">{s.RolloutId}, seed {s.Seed}: {s.Selection}.{(s.Reason.Length > 0 ? " " + s.Reason : "")}</p>");
                if (s.Question is { } question)
                {
                    html.Add($"<pre class=\"trace\">{question}</pre>");
                }

                html.Add(TraceView.Draw(s.Response)).Add("</details>");
            }
        }

        return html.ToMarkup();
    }

    private static string Words(Outcome outcome) => outcome switch
    {
        Outcome.Correct => "correct",
        Outcome.Wrong => "wrong",
        Outcome.Unparseable => "no answer to read",
        Outcome.Truncated => "cut off",
        _ => "not scored",
    };
}
