using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Measurements;

/// <summary>Groups of levels whose results are averaged.</summary>
internal static class LevelGroups
{
    /// <summary>The easiest trained level of each task.</summary>
    public const string Trained = "trained";

    /// <summary>Harder levels of trained tasks.</summary>
    public const string Harder = "harder";

    /// <summary>Levels of tasks that were not trained.</summary>
    public const string Other = "other";

    public const string All = "all";

    /// <summary>The groups with at least two levels. A group that has all levels appears only as <see cref="All"/>.</summary>
    public static IEnumerable<LevelGroup> Of(IReadOnlyList<ReportedLevel> levels)
    {
        var trainedTasks = levels.Where(l => l.Trained || l.Harder).Select(l => l.Task).ToHashSet();
        LevelGroup[] groups =
        [
            new(Trained, [.. levels.Where(l => l.Trained && !l.Harder)]),
            new(Harder, [.. levels.Where(l => l.Harder)]),
            new(Other, [.. levels.Where(l => !trainedTasks.Contains(l.Task))]),
            new(All, levels),
        ];
        return groups.Where(g => g.Levels.Count > 1 && (g.Name == All || g.Levels.Count < levels.Count));
    }

    public static string Words(string group) =>
        group switch
        {
            Trained => "mean of easiest trained levels",
            Harder => "mean of harder levels",
            Other => "mean of other tasks",
            _ => "mean of all levels",
        };
}
