using SkillFactory.Core.Planning;
using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Html;

/// <summary>What training took away, or gave, where nothing was trained: the base before, the arms after.</summary>
internal static class ForgettingSection
{
    public static Markup Draw(RunReport report)
    {
        var levels = report.Levels.Where(l => !l.Trained && !l.Harder).ToList();
        var finals = report.Models.Where(m => m.Final).ToList();
        if (levels.Count == 0 || finals.Count == 0 || report.Models.All(m => m.Key != Checkpoints.Base))
        {
            return Markup.None;
        }

        var html = new HtmlWriter();
        Table.Begin(
            html,
            "Tasks and levels that were not trained: accuracy in percent before and after, below it the difference to before in points, paired by question. A level where the base has next to nothing cannot show forgetting.",
            ["Level", "before", .. finals.Select(m => m.Label)]
        );
        foreach (var level in levels)
        {
            html.Add("<tr>").Add(Table.Head(level.Label)).Add(Table.Share(report.Find(Checkpoints.Base, level)?.Pooled.Accuracy));
            finals.ForEach(m =>
                html.Add(
                    After(
                        report.Find(m.Key, level)?.Pooled.Accuracy,
                        report
                            .Comparisons.FirstOrDefault(c =>
                                c.Left == m.Key
                                && c.Right == Checkpoints.Base
                                && c.BestOf is null
                                && c.Task == level.Task
                                && c.Level == level.Level
                            )
                            ?.Accuracy
                    )
                )
            );
            html.Add("</tr>");
        }

        Table.End(html);
        return html.ToMarkup();
    }

    private static Markup After(Estimate? accuracy, Estimate? difference) =>
        HtmlWriter.Of(
            $"<td>{Figures.Percent(accuracy?.Value)}<small>{(difference is null ? "" : Figures.Points(difference))}</small></td>"
        );
}
