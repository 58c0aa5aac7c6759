using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Measurements;

/// <summary>Groups levels by task, as the columns of the paper's table 1. For a trained task, the family has only the levels that are
/// harder than the easiest trained one (Countdown 4 to 6 after training on 3), or all levels when none is harder. For other tasks it has
/// all levels.</summary>
internal static class TaskFamilies
{
    /// <summary>The mean of the task families with equal weights.</summary>
    public const string Overall = "overall";

    /// <summary>One family per task in the order of their first levels. With several tasks, <see cref="Overall"/> comes last.</summary>
    public static IReadOnlyList<TaskFamily> Of(IReadOnlyList<ReportedLevel> levels)
    {
        List<TaskFamily> families =
        [
            .. from task in levels.GroupBy(l => l.Task)
            let harder = task.Where(l => !l.Trained || l.Harder).ToList()
            let chosen = harder.Count > 0 ? harder : [.. task]
            select new TaskFamily(task.Key, chosen, [.. chosen.Select(_ => 1.0 / chosen.Count)]),
        ];
        return families.Count < 2
            ? families
            :
            [
                .. families,
                new TaskFamily(
                    Overall,
                    [.. families.SelectMany(f => f.Levels)],
                    [.. families.SelectMany(f => f.Weights.Select(w => w / families.Count))]
                ),
            ];
    }

    public static string Words(string group) => group == Overall ? "mean of tasks" : $"mean of {group.Replace('_', ' ')}";
}
