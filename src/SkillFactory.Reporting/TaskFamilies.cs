namespace SkillFactory.Reporting;

/// <summary>The levels of one task that are averaged over.</summary>
/// <param name="Group">The task's name, or <see cref="TaskFamilies.Overall"/>.</param>
/// <param name="Levels">In the recipe's order.</param>
/// <param name="Shares">What each level counts; together 1.</param>
public sealed record TaskFamily(string Group, IReadOnlyList<ReportedLevel> Levels, IReadOnlyList<double> Shares);

/// <summary>Levels gathered by task, as the columns of the paper's table 1: of a trained task its harder levels (Countdown 4 to 6 where 3 was
/// trained), of any other all of them. The level that was trained on is in a mean only where its task has no harder one.</summary>
public static class TaskFamilies
{
    /// <summary>The mean of the families, each counting the same.</summary>
    public const string Overall = "overall";

    /// <summary>One family per task in the order of their first levels, and, where there are several, all of them together.</summary>
    public static IReadOnlyList<TaskFamily> Of(IReadOnlyList<ReportedLevel> levels)
    {
        List<TaskFamily> families =
        [
            .. from task in levels.GroupBy(l => l.Task)
            let harder = task.Where(l => !l.Trained || l.Harder).ToList()
            let of = harder.Count > 0 ? harder : [.. task]
            select new TaskFamily(task.Key, of, [.. of.Select(_ => 1.0 / of.Count)]),
        ];
        return families.Count < 2
            ? families
            :
            [
                .. families,
                new TaskFamily(
                    Overall,
                    [.. families.SelectMany(f => f.Levels)],
                    [.. families.SelectMany(f => f.Shares.Select(s => s / families.Count))]
                ),
            ];
    }
}
