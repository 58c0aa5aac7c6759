namespace SkillFactory.Evaluation.Statistics;

/// <summary>Holm's step-down correction for several tests (Holm 1979): whatever holds between the tests, the chance of any false alarm
/// among all of them stays below the level.</summary>
public static class Holm
{
    /// <summary>Adjusted p values in the order given: the i-th smallest times the number of tests not smaller, never below the adjusted one
    /// before it, at most 1.</summary>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> values)
    {
        var order = Enumerable.Range(0, values.Count).OrderBy(i => values[i]).ToList();
        var adjusted = new double[values.Count];
        var least = 0.0;
        for (var rank = 0; rank < order.Count; rank++)
        {
            least = Math.Max(least, Math.Min(1, (order.Count - rank) * values[order[rank]]));
            adjusted[order[rank]] = least;
        }

        return adjusted;
    }
}
