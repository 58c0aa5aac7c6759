using SkillFactory.Core.Planning;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Accuracy on tasks and levels that were not trained, before and after training.</summary>
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
            "Tasks and levels that were not trained: accuracy in percent, and below it the difference to the base model in points, paired "
                + "by question. A level on which the base model has an accuracy near zero cannot show forgetting.",
            ["Level", report.LabelOf(Checkpoints.Base), .. finals.Select(m => m.Label)]
        );
        foreach (var level in levels)
        {
            html.Add("<tr>").Add(Table.Head(level.Label)).Add(Table.Share(report.Find(Checkpoints.Base, level)?.Pooled.Accuracy));
            finals.ForEach(m =>
                html.Add(
                    WithDifference(
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

    private static Markup WithDifference(Estimate? accuracy, Estimate? difference) =>
        HtmlWriter.Of(
            $"<td>{NumberFormat.Percent(accuracy?.Value)}<small>{(difference is null ? "" : NumberFormat.Points(difference))}</small></td>"
        );
}
