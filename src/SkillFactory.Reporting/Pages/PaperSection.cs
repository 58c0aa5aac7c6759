using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Tables with the rows and columns of the paper's tables. A table is drawn only when the run has its data.</summary>
internal static class PaperSection
{
    public static Markup Draw(RunReport report)
    {
        var html = new HtmlWriter();
        Families(html, report);
        ByLevel(html, report);
        OutOfDomain(html, report);
        AgainstReference(html, report);
        Forcing(html, report);
        Skills(html, report);
        return html.ToMarkup();
    }

    /// <summary>Table 1: one column per task family, and overall.</summary>
    private static void Families(HtmlWriter html, RunReport report)
    {
        var families = TaskFamilies.Of(report.Levels);
        if (families.Count < 2 || report.Families.Count == 0)
        {
            return;
        }

        var listed = families
            .Where(f => f.Group != TaskFamilies.Overall)
            .Select(f => $"{Words(f.Group)}: {string.Join(", ", f.Levels.Select(l => l.Level))}.");
        Table.Begin(
            html,
            $"Accuracy by task family in percent (the paper's table 1). Within a task, every level has the same weight; in overall, every "
                + $"task has the same weight. {string.Join(" ", listed)}",
            ["Model", .. families.Select(f => Words(f.Group))]
        );
        foreach (var model in report.Models)
        {
            html.Add("<tr>").Add(Table.Head(model.Label));
            foreach (var family in families)
            {
                html.Add(Table.Share(report.Families.FirstOrDefault(m => m.Model == model.Key && m.Group == family.Group)?.Accuracy));
            }

            html.Add("</tr>");
        }

        Table.End(html);
    }

    /// <summary>Tables 6, 8 and 10: the harder levels of the trained task.</summary>
    private static void ByLevel(HtmlWriter html, RunReport report)
    {
        foreach (var task in report.Levels.Where(l => l.Harder).GroupBy(l => l.Task).Where(t => t.Count() > 1))
        {
            Table.Begin(
                html,
                $"Accuracy in percent on the levels of {Words(task.Key)} above the easiest trained one (the paper's tables 6, 8 and 10).",
                ["Model", .. task.Select(l => l.Level), "mean"]
            );
            foreach (var model in report.Models)
            {
                html.Add("<tr>").Add(Table.Head(model.Label));
                foreach (var level in task)
                {
                    html.Add(Table.Share(report.Find(model.Key, level)?.Pooled.Accuracy));
                }

                html.Add(Table.Share(report.Families.FirstOrDefault(m => m.Model == model.Key && m.Group == task.Key)?.Accuracy))
                    .Add("</tr>");
            }

            Table.End(html);
        }
    }

    /// <summary>Tables 7, 9 and 11: tasks that were not trained.</summary>
    private static void OutOfDomain(HtmlWriter html, RunReport report)
    {
        var levels = OtherTasks(report);
        if (levels.Count < 2)
        {
            return;
        }

        var group = levels.Count == report.Levels.Count ? LevelGroups.All : LevelGroups.Other;
        Table.Begin(
            html,
            "Accuracy in percent out of domain, on tasks that were not trained (the paper's tables 7, 9 and 11). Every level has the same "
                + "weight in the mean.",
            ["Model", .. levels.Select(l => l.Label), "mean"]
        );
        foreach (var model in report.Models)
        {
            html.Add("<tr>").Add(Table.Head(model.Label));
            levels.ForEach(level => html.Add(Table.Share(report.Find(model.Key, level)?.Pooled.Accuracy)));
            html.Add(Table.Share(report.Means.FirstOrDefault(m => m.Model == model.Key && m.Group == group)?.Accuracy)).Add("</tr>");
        }

        Table.End(html);
    }

    /// <summary>Table 5: the effect of each change of the method. Shows differences instead of accuracies.</summary>
    private static void AgainstReference(HtmlWriter html, RunReport report)
    {
        var reference = report.Models.FirstOrDefault(m => m.Key == report.Run.Reference);
        var others = report.Models.Where(m => m.Final && m != reference).ToList();
        if (reference is null || others.Count < 2)
        {
            return;
        }

        var groups = LevelGroups.Of(report.Levels).Select(g => g.Name).Where(g => g is LevelGroups.Harder or LevelGroups.Other).ToList();
        Table.Begin(
            html,
            $"Difference of accuracy in points, each arm minus {reference.Label}, paired by question (as in the paper's table 5 of "
                + $"ablations).",
            ["Arm", .. report.Levels.Select(l => l.Label), .. groups.Select(LevelGroups.Words)]
        );
        foreach (var arm in others)
        {
            html.Add("<tr>").Add(Table.Head(arm.Label));
            foreach (var level in report.Levels)
            {
                var found = report.Comparisons.FirstOrDefault(c =>
                    c.BestOf is null && c.Task == level.Task && c.Level == level.Level && IsPair(c.Left, c.Right)
                );
                html.Add(Table.Points(Oriented(found?.Accuracy, found?.Left)));
            }

            foreach (var group in groups)
            {
                var found = report.MeanComparisons.FirstOrDefault(c => c.Group == group && IsPair(c.Left, c.Right));
                html.Add(Table.Points(Oriented(found?.Accuracy, found?.Left)));
            }

            html.Add("</tr>");

            bool IsPair(string left, string right) =>
                (left == arm.Key && right == reference.Key) || (left == reference.Key && right == arm.Key);
            Estimate? Oriented(Estimate? difference, string? left) =>
                difference is null || left == arm.Key ? difference : difference.Negated();
        }

        Table.End(html);
    }

    /// <summary>Table 3: tasks by models, with standard and forced accuracy and their difference.</summary>
    private static void Forcing(HtmlWriter html, RunReport report)
    {
        var forced = report
            .Models.Where(m => m.Final || m.Arm.Length == 0)
            .Select(m => (Model: m, Means: report.ForcedFamilies.Where(f => f.Model == m.Key).ToList()))
            .Where(m => m.Means.Count > 0)
            .ToList();
        if (forced.Count == 0)
        {
            return;
        }

        Table.Begin(
            html,
            "Budget forcing by task family (the paper's table 3): accuracy in percent before (standard) and after the responses were made "
                + "to continue (forced), and the difference in points, paired by question.",
            ["Task", .. forced.SelectMany(m => new[] { $"{m.Model.Label}: standard", "forced", "difference" })]
        );
        foreach (var family in TaskFamilies.Of(report.Levels))
        {
            html.Add("<tr>").Add(Table.Head(Words(family.Group)));
            foreach (var (_, means) in forced)
            {
                var mean = means.FirstOrDefault(f => f.Group == family.Group);
                html.Add(Table.Share(mean?.Standard)).Add(Table.Share(mean?.Forced)).Add(Table.Points(mean?.Difference));
            }

            html.Add("</tr>");
        }

        Table.End(html);
    }

    /// <summary>Tables 4 and 13: attempts, reflections and the F1 of both verdicts.</summary>
    private static void Skills(HtmlWriter html, RunReport report)
    {
        var models = report
            .Models.Where(m => m.Final && report.Skills.Any(s => s.Model == m.Key && s.Figures.Counts.Reflections > 0))
            .ToList();
        if (models.Count == 0)
        {
            return;
        }

        string[] columns = ["Level", "attempts", "reflections", "F1 Correct", "F1 Incorrect", "correct attempts"];
        Table.Begin(
            html,
            "Skill use (the paper's tables 4 and 13): attempts and reflections per response, and the F1 of each verdict in percent. "
                + "Correct attempts: their share among the judged attempts. It is not in the paper, but F1 is hard to interpret without "
                + "it.",
            columns
        );
        foreach (var model in models)
        {
            html.Add($"<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{columns.Length}\"><span>{model.Label}</span></th></tr>");
            foreach (var level in report.Levels)
            {
                if (
                    report.Skills.FirstOrDefault(s => s.Model == model.Key && s.Task == level.Task && s.Level == level.Level)?.Figures is
                    { } s
                )
                {
                    html.Add("<tr>")
                        .Add(Table.Head(level.Label))
                        .Add(Table.Number(s.AttemptsPerResponse, 2))
                        .Add(Table.Number(s.ReflectionsPerResponse, 2))
                        .Add(Table.Share(s.CorrectF1))
                        .Add(Table.Share(s.IncorrectF1))
                        .Add(Table.Share(s.RightAttempts, cases: true))
                        .Add("</tr>");
                }
            }
        }

        Table.End(html);
    }

    private static List<ReportedLevel> OtherTasks(RunReport report)
    {
        var trained = report.Levels.Where(l => l.Trained || l.Harder).Select(l => l.Task).ToHashSet();
        return [.. report.Levels.Where(l => !trained.Contains(l.Task))];
    }

    private static string Words(string group) => group.Replace('_', ' ');
}
