namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>Counts the questions that experiments have in common.</summary>
internal static class CommonQuestions
{
    /// <param name="runs">The experiments with their labels.</param>
    public static IReadOnlyList<ComparedQuestions> Of(IReadOnlyList<(ComparedRun Run, string Label)> runs)
    {
        var levels = runs.SelectMany(r => r.Run.Report.Levels).Select(l => (l.Task, l.Level)).Distinct();
        return
        [
            .. from level in levels
            let ids = runs.Select(r => (r.Label, Ids: r.Run.Questions(level.Task, level.Level))).ToList()
            let first = ids[0].Ids
            select new ComparedQuestions(
                level.Task,
                level.Level,
                runs.Zip(ids)
                    .Select(r => (r.First.Label, Count: r.Second.Ids.Count > 0 ? r.Second.Ids.Count : Reported(r.First.Run, level)))
                    .Where(r => r.Count > 0)
                    .ToDictionary(r => r.Label, r => r.Count),
                ids.Skip(1).Where(r => first.Count > 0 && r.Ids.Count > 0).ToDictionary(r => r.Label, r => r.Ids.Count(first.Contains))
            ),
        ];
    }

    /// <summary>The number of questions in a report without single answers.</summary>
    private static int Reported(ComparedRun run, (string Task, string Level) level) =>
        run
            .Report.Evaluations.Where(e => e.Task == level.Task && e.Level == level.Level)
            .Select(e => e.Pooled.Questions)
            .DefaultIfEmpty()
            .Max();
}
