using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Html;

/// <summary>Tables with the rows and columns of the paper's, for reading side by side with it. Each is drawn where the run has what it shows.</summary>
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

        Table.Begin(
            html,
            $"Overall, by task family (the paper's table 1): accuracy in percent, every level of a task counting the same and every task the same in overall. {string.Join(" ", families.Where(f => f.Group != TaskFamilies.Overall).Select(f => $"{Words(f.Group)}: {string.Join(", ", f.Levels.Select(l => l.Level))}."))}",
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
                $"Harder levels of {Words(task.Key)}, those above the easiest that was trained (the paper's tables 6, 8 and 10): accuracy in percent.",
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
        var levels = Others(report);
        if (levels.Count < 2)
        {
            return;
        }

        var group = levels.Count == report.Levels.Count ? LevelGroups.All : LevelGroups.Other;
        Table.Begin(
            html,
            "Out of domain (the paper's tables 7, 9 and 11): accuracy in percent on tasks that were not trained; every level counts the same in the mean.",
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

    /// <summary>Table 5: what each change of the method costs. Differences instead of accuracies, since they are what is asked.</summary>
    private static void AgainstReference(HtmlWriter html, RunReport report)
    {
        var reference = report.Models.FirstOrDefault(m => m.Key == report.Run.Reference);
        var others = report.Models.Where(m => m.Final && m != reference).ToList();
        if (reference is null || others.Count < 2)
        {
            return;
        }

        var groups = LevelGroups.Of(report.Levels).Select(g => g.Group).Where(g => g is LevelGroups.Harder or LevelGroups.Other).ToList();
        Table.Begin(
            html,
            $"Each arm against {reference.Label} (as the paper's table 5 of ablations): difference of accuracy in points, the arm minus {reference.Label}, paired by question.",
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
                html.Add(Table.Points(Turned(found?.Accuracy, found?.Left)));
            }

            foreach (var group in groups)
            {
                var found = report.MeanComparisons.FirstOrDefault(c => c.Group == group && IsPair(c.Left, c.Right));
                html.Add(Table.Points(Turned(found?.Accuracy, found?.Left)));
            }

            html.Add("</tr>");

            bool IsPair(string left, string right) =>
                (left == arm.Key && right == reference.Key) || (left == reference.Key && right == arm.Key);
            Estimate? Turned(Estimate? difference, string? left) =>
                difference is null || left == arm.Key ? difference : difference.Negated();
        }

        Table.End(html);
    }

    /// <summary>Table 3: tasks down, for each model standard, forced and the difference.</summary>
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
            "Budget forcing by task family (the paper's table 3): accuracy in percent as responses ended, and after they were made to go on; the difference in points, paired by question.",
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

    /// <summary>Table 13 (and 4): answers, reflections and the F1 of both verdicts.</summary>
    private static void Skills(HtmlWriter html, RunReport report)
    {
        var models = report
            .Models.Where(m => m.Final && report.Skills.Any(s => s.Model == m.Key && s.Figures.Counts.Reflections > 0))
            .ToList();
        if (models.Count == 0)
        {
            return;
        }

        string[] columns = ["Level", "answers", "reflections", "F1 Correct", "F1 Incorrect", "right attempts"];
        Table.Begin(
            html,
            "Skill use (the paper's tables 4 and 13): attempts and reflections per response, and the F1 of the verdicts of either class in percent. Right attempts: how common the class Correct is among the judged; the paper does not give it, and an F1 cannot be read without it.",
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

    private static List<ReportedLevel> Others(RunReport report)
    {
        var trained = report.Levels.Where(l => l.Trained || l.Harder).Select(l => l.Task).ToHashSet();
        return [.. report.Levels.Where(l => !trained.Contains(l.Task))];
    }

    private static string Words(string group) => group.Replace('_', ' ');
}
