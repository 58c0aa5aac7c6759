using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Opening;

/// <summary>The accuracy of each model on each level, their mean, and the cost of each model, as plain text for terminals.</summary>
public static class HeadlineTable
{
    /// <summary>Rows of text with a header row first. Empty when nothing was evaluated.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Of(RunReport report)
    {
        if (report.Evaluations.Count == 0)
        {
            return [];
        }

        var rows = new List<IReadOnlyList<string>> { Row("accuracy, %", m => m.Label) };
        rows.AddRange(report.Levels.Select(l => Row(l.Label, m => NumberFormat.Percent(report.Find(m.Key, l)?.Pooled.Accuracy))));
        if (report.Means.Any(m => m.Group == LevelGroups.All))
        {
            rows.Add(
                Row(LevelGroups.Words(LevelGroups.All), m =>
                    NumberFormat.Percent(report.Means.FirstOrDefault(x => x.Model == m.Key && x.Group == LevelGroups.All)?.Accuracy)
                )
            );
        }

        if (report.Models.Any(m => m.TrainingTokens > 0))
        {
            rows.Add(Row("training tokens", m => m.TrainingTokens > 0 ? NumberFormat.Tokens(m.TrainingTokens) : NumberFormat.None));
        }

        rows.Add(Row("tokens per response", m => NumberFormat.Number(ResponseTokens(report, m), 0)));
        return rows;

        IReadOnlyList<string> Row(string head, Func<ReportedModel, string> cell) => [head, .. report.Models.Select(cell)];
    }

    /// <summary>Tokens per response, mean over the levels of the model.</summary>
    private static double? ResponseTokens(RunReport report, ReportedModel model)
    {
        var tokens = report.Levels.Select(l => report.Find(model.Key, l)?.Pooled.Tokens?.Value).OfType<double>().ToList();
        return tokens.Count == 0 ? null : tokens.Average();
    }
}
