using SkillFactory.Core.Datasets;

namespace SkillFactory.Cli.Grading;

/// <summary>Tells which rows of a file were not used.</summary>
internal static class LeftOutRows
{
    private const int MostShown = 20;

    public static void Tell(IReadOnlyList<RowProblem> problems, TextWriter error)
    {
        if (problems.Count == 0)
        {
            return;
        }

        error.WriteLine($"{problems.Count} {(problems.Count == 1 ? "row was" : "rows were")} left out:");
        foreach (var problem in problems.Take(MostShown))
        {
            error.WriteLine($"  {problem}");
        }

        if (problems.Count > MostShown)
        {
            error.WriteLine($"  and {problems.Count - MostShown} more");
        }
    }
}
