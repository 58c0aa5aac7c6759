using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Opening;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>The largest effects of one model against another, and what they cost.</summary>
internal static class EffectView
{
    public static Markup Draw(RunReport report, ModelEffects pair)
    {
        var html = new HtmlWriter();
        var against = report.LabelOf(pair.Against);
        html.Add($"<article><h3>{report.LabelOf(pair.Model)} against {against}</h3><div class=\"effects\">");
        foreach (var kind in LevelKinds.InOrder.Where(k => report.Effects.Any(p => p.Levels.Any(e => e.Kind == k))))
        {
            html.Add(DrawKind(LevelKinds.Words(kind), [.. pair.Levels.Where(e => e.Kind == kind)]));
        }

        if (pair.Mean is { } mean)
        {
            html.Add(
                $"<div><h4>{LevelGroups.Words(LevelGroups.All)}</h4>"
                    + $"{DrawEffect("", mean.From, mean.To, mean.Difference, MeanRemark(mean))}</div>"
            );
        }

        return html.Add($"<div><h4>cost</h4>{Cost(pair, against)}</div></div></article>").ToMarkup();
    }

    private static Markup DrawKind(string title, IReadOnlyList<LevelEffect> effects)
    {
        var html = new HtmlWriter();
        html.Add($"<div><h4>{title}</h4>");
        if (effects.Count == 0)
        {
            return html.Add("<p class=\"note\">no difference</p></div>").ToMarkup();
        }

        foreach (var (name, sign) in new[] { ("gain", 1), ("loss", -1) })
        {
            var named = effects.Where(e => Math.Sign(e.Difference.Value) == sign).ToList();
            named.ForEach(e =>
                html.Add(
                    DrawEffect(ReportedLevel.LabelOf(e.Task, e.Level), e.From, e.To, e.Difference, e.Significant ? "" : "not significant")
                )
            );
            html.Add(named.Count > 0 ? Markup.None : HtmlWriter.Of($"<p class=\"note\">no {name}</p>"));
        }

        return html.Add("</div>").ToMarkup();
    }

    /// <summary>A mean has an interval but no test.</summary>
    private static string MeanRemark(MeanEffect mean) =>
        mean.Difference.Interval?.ExcludesZero ?? false ? "" : "the interval includes zero";

    /// <param name="remark">Why the difference is no evidence; empty if it is.</param>
    private static Markup DrawEffect(string level, double from, double to, Estimate difference, string remark)
    {
        var colour =
            remark.Length > 0 ? "note"
            : difference.Value > 0 ? "yes"
            : "no";
        var html = new HtmlWriter();
        html.Add(
            $"<p><b class=\"{colour}\">{NumberFormat.Signed(100 * difference.Value)}</b> {level}<small><span>{NumberFormat.Percent(from)} "
                + $"→ {NumberFormat.Percent(to)} %</span>"
        );
        if (difference.Interval is { } i)
        {
            html.Add($" <span>[{NumberFormat.Signed(100 * i.Low)}, {NumberFormat.Signed(100 * i.High)}]</span>");
        }

        return html.Add($" <span>{remark}</span></small></p>").ToMarkup();
    }

    private static Markup Cost(ModelEffects pair, string against)
    {
        var html = new HtmlWriter();
        html.Add(
            $"<p>{NumberFormat.Tokens(pair.TrainingTokens)} training tokens<small>"
                + $"{Ratio(pair.TrainingTokens, pair.AgainstTrainingTokens, against, NumberFormat.Tokens)}</small></p>"
        );
        if (pair is { ResponseTokens: { } tokens, AgainstResponseTokens: { } other })
        {
            html.Add(
                $"<p>{NumberFormat.Number(tokens, 0)} tokens per response<small>"
                    + $"{Ratio(tokens, other, against, value => NumberFormat.Number(value, 0))}</small></p>"
            );
        }

        return html.ToMarkup();
    }

    private static string Ratio(double value, double other, string against, Func<double, string> format) =>
        other > 0 ? $"{NumberFormat.Times(value / other)} those of {against} ({format(other)})" : $"{against}: not trained";
}
