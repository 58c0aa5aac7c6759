using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Opening;

/// <summary>The accuracy of each model on each level, their mean, and the cost of each model, as plain text for terminals.</summary>
public static class HeadlineTable
{
    /// <summary>Rows with a header row first. Empty when nothing was evaluated.</summary>
    public static IReadOnlyList<IReadOnlyList<HeadlineCell>> Of(RunReport report)
    {
        if (report.Evaluations.Count == 0)
        {
            return [];
        }

        var rows = new List<IReadOnlyList<HeadlineCell>> { Row("accuracy, %", m => new(m.Label)) };
        rows.AddRange(report.Levels.Select(l => Row(l.Label, m => Share(report.Find(m.Key, l)?.Pooled.Accuracy))));
        if (report.Means.Any(m => m.Group == LevelGroups.All))
        {
            rows.Add(
                Row(LevelGroups.Words(LevelGroups.All), m =>
                    Share(report.Means.FirstOrDefault(x => x.Model == m.Key && x.Group == LevelGroups.All)?.Accuracy)
                )
            );
        }

        if (report.Models.Any(m => m.TrainingTokens > 0))
        {
            rows.Add(Row("training tokens", m => new(m.TrainingTokens > 0 ? NumberFormat.Tokens(m.TrainingTokens) : NumberFormat.None)));
        }

        rows.Add(Row("tokens per response", m => new(NumberFormat.Number(ResponseTokens(report, m), 0))));
        return rows;

        IReadOnlyList<HeadlineCell> Row(string head, Func<ReportedModel, HeadlineCell> cell) => [new(head), .. report.Models.Select(cell)];
    }

    private static HeadlineCell Share(Estimate? share) =>
        new(
            NumberFormat.Percent(share?.Value),
            share?.Interval is { } i ? $"[{NumberFormat.Percent(i.Low)}, {NumberFormat.Percent(i.High)}]" : ""
        );

    /// <summary>Tokens per response, mean over the levels of the model.</summary>
    private static double? ResponseTokens(RunReport report, ReportedModel model)
    {
        var tokens = report.Levels.Select(l => report.Find(model.Key, l)?.Pooled.Tokens?.Value).OfType<double>().ToList();
        return tokens.Count == 0 ? null : tokens.Average();
    }
}
