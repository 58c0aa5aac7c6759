namespace SkillFactory.Evaluation.Statistics;

/// <summary>Wilson's score interval for a proportion (Wilson 1927, without continuity correction). Unlike value ± 1.96 standard errors, it
/// stays inside [0, 1] and has a positive width even when all cases or no cases are hits.</summary>
public static class Wilson
{
    /// <param name="hits">Cases with the property, from 0 to <paramref name="count"/>.</param>
    /// <param name="count">Independent cases, at least 1.</param>
    /// <param name="level">Confidence level in (0, 1).</param>
    public static Interval Interval(double hits, double count, double level)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, count);
        var z = Normal.TwoSided(level);
        var share = hits / count;
        var denominator = 1 + (z * z / count);
        var centre = (share + (z * z / (2 * count))) / denominator;
        var half = z / denominator * Math.Sqrt((share * (1 - share) / count) + (z * z / (4 * count * count)));
        // Without hits the lower end is exactly 0, and without misses the upper end is exactly 1, whatever the rounding.
        return new Interval(hits == 0 ? 0 : Math.Max(0, centre - half), hits == count ? 1 : Math.Min(1, centre + half), level);
    }
}
