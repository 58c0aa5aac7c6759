namespace SkillFactory.Evaluation.Statistics;

/// <summary>Holm's step-down correction for several tests (Holm 1979). It keeps the probability of at least one false positive below the
/// significance level, however the tests depend on each other.</summary>
public static class Holm
{
    /// <summary>Adjusts p values. The i-th smallest of n is multiplied by n − i + 1, raised to at least the adjusted value before it, and
    /// limited to 1.</summary>
    /// <returns>The adjusted p values, in the order of <paramref name="values"/>.</returns>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> values)
    {
        var order = Enumerable.Range(0, values.Count).OrderBy(i => values[i]).ToList();
        var adjusted = new double[values.Count];
        var largest = 0.0;
        for (var rank = 0; rank < order.Count; rank++)
        {
            largest = Math.Max(largest, Math.Min(1, (order.Count - rank) * values[order[rank]]));
            adjusted[order[rank]] = largest;
        }

        return adjusted;
    }
}
