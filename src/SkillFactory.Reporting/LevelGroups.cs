namespace SkillFactory.Reporting;

/// <summary>Levels that are averaged over.</summary>
internal static class LevelGroups
{
    public const string Trained = "trained";
    public const string Harder = "harder";
    public const string Other = "other";
    public const string All = "all";

    /// <summary>The groups of two or more levels: those trained on (and not harder than the easiest of their task), the harder ones of the trained
    /// tasks, those of other tasks, and all of them.</summary>
    public static IEnumerable<(string Group, IReadOnlyList<ReportedLevel> Levels)> Of(IReadOnlyList<ReportedLevel> levels)
    {
        var trainedTasks = levels.Where(l => l.Trained || l.Harder).Select(l => l.Task).ToHashSet();
        (string, IReadOnlyList<ReportedLevel>)[] groups =
        [
            (Trained, [.. levels.Where(l => l.Trained && !l.Harder)]),
            (Harder, [.. levels.Where(l => l.Harder)]),
            (Other, [.. levels.Where(l => !trainedTasks.Contains(l.Task))]),
            (All, levels),
        ];
        return groups.Where(g => g.Item2.Count > 1 && (g.Item1 == All || g.Item2.Count < levels.Count));
    }

    public static string Words(string group) =>
        group switch
        {
            Trained => "mean of trained levels",
            Harder => "mean of harder levels",
            Other => "mean of other tasks",
            _ => "mean of all levels",
        };
}
