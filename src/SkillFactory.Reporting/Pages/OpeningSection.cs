using SkillFactory.Reporting.Opening;
using SkillFactory.Reporting.Pages.Plots;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>What the page opens with: what was trained, the largest effects in words, one response, one chart, and the largest effects of
/// each pair of models.</summary>
internal static class OpeningSection
{
    public static Markup Words(RunReport report)
    {
        var html = new HtmlWriter();
        if (!report.Run.Complete)
        {
            html.Add("<p class=\"no\">The run is not finished. This page shows the results so far.</p>");
        }

        html.Add($"<p class=\"lead\">{string.Concat(report.Summary.Take(1))}</p>");
        if (report.Evaluations.Count == 0)
        {
            return html.Add("<p>Nothing has been evaluated yet.</p>").ToMarkup();
        }

        html.Add("<ul class=\"words\">");
        // A percent sign stays on the line of its number.
        foreach (var sentence in report.Summary.Skip(1).Select(s => s.Replace(" %", "\u00A0%", StringComparison.Ordinal)))
        {
            var colon = sentence.IndexOf(':', StringComparison.Ordinal) + 1;
            html.Add($"<li><b>{sentence[..colon]}</b>{sentence[colon..]}</li>");
        }

        return html.Add("</ul>").ToMarkup();
    }

    public static Markup Trace(RunReport report)
    {
        if (report.RetryExample is not { } example)
        {
            return HtmlWriter.Of($"<p>No model has been evaluated that could show one.</p>");
        }

        var model = report.LabelOf(example.Model);
        var searched = $"{NumberFormat.Count(example.Responses)} responses of {model} with seed {example.Seed}";
        if (example.Sample is not { } sample)
        {
            return HtmlWriter.Of(
                $"<p>There is none: of the {searched}, not one has a wrong first attempt that it judges Incorrect and a correct last "
                    + $"attempt.</p>"
            );
        }

        var attempts = string.Join("; ", example.Attempts.Select((a, i) => $"attempt {i + 1} {Words(a)}"));
        return HtmlWriter.Of(
            $"<p>{model} on {ReportedLevel.LabelOf(sample.Task, sample.Level)}: {attempts}.</p>"
                + $"<figure class=\"response\"><h4>question</h4><pre class=\"trace\">{sample.Question?.Trim()}</pre>"
                + $"<h4>response</h4>{TraceView.Draw(sample.Response)}"
                + $"<figcaption>{TraceView.Legend}Of the {searched}, {NumberFormat.Count(example.Found)} retry like this and get it "
                + $"right. Shown is the one with the fewest attempts, then the fewest characters.</figcaption></figure>"
        );
    }

    public static Markup Chart(RunReport report, ModelColours colours)
    {
        if (report.Evaluations.All(e => e.Pooled.Accuracy is null))
        {
            return Markup.None;
        }

        ChartLevel Level(ReportedLevel level) =>
            new(
                level.Label,
                [
                    .. from model in report.Models
                    let accuracy = report.Find(model.Key, level)?.Pooled.Accuracy
                    where accuracy is not null
                    select new ChartRow(model.Label, colours.ColourOf(model.Arm), ModelColours.IsIntermediate(model), accuracy),
                ]
            );
        IReadOnlyList<ChartColumn> columns = report.Levels.Any(l => l.Trained)
            ?
            [
                new("Trained levels", [.. report.Levels.Where(l => l.Trained).Select(Level)]),
                new("Levels that were not trained", [.. report.Levels.Where(l => !l.Trained).Select(Level)]),
            ]
            : ChartColumn.Halves([.. report.Levels.Select(Level)]);
        return HtmlWriter.Of(
            $"<figure>{AccuracyChart.Draw(columns)}<figcaption>Lines are {100 * report.Run.Confidence:0.#} % intervals over questions. "
                + $"Hollow marks are earlier checkpoints of an arm. All levels have the same scale.</figcaption></figure>"
        );
    }

    public static Markup Effects(RunReport report)
    {
        if (report.Effects.Count == 0)
        {
            return Markup.None;
        }

        var html = new HtmlWriter();
        foreach (var pair in report.Effects)
        {
            html.Add(EffectView.Draw(report, pair));
        }

        var most =
            report.Effects.Count == EffectBuilder.MaxPairs
                ? $" At most {EffectBuilder.MaxPairs} pairs, those with the largest effects."
                : "";
        return html.Add(
                $"<p class=\"note\">Difference of accuracy in points, paired by question, with {100 * report.Run.Confidence:0.#} % "
                    + $"intervals. Every significant difference is named, every one of "
                    + $"{NumberFormat.Number(100 * EffectBuilder.LargeDifference, 0)} points or more, and of each kind of level the "
                    + $"largest gain and loss.{most} Not significant: the interval includes zero, or the p value, corrected for "
                    + $"the number of differences, is not below {NumberFormat.Number(1 - report.Run.Confidence, 2)}. "
                    + $"All differences are under "
                    + $"<a href=\"#comparisons\">Comparisons</a>; what limits them is under <a href=\"#caveats\">Caveats</a>.</p>"
            )
            .ToMarkup();
    }

    private static string Words(JudgedAttempt attempt)
    {
        var grade = attempt.Correct switch
        {
            true => "is correct",
            false => "is wrong",
            null => "could not be scored",
        };
        return attempt.Verdict is { } verdict ? $"{grade} and judged {verdict}" : grade;
    }
}
