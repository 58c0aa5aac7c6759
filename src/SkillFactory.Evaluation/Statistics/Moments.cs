namespace SkillFactory.Evaluation.Statistics;

/// <summary>Means, variances and quantiles.</summary>
public static class Moments
{
    /// <summary>The arithmetic mean, or NaN without values.</summary>
    public static double Mean(IReadOnlyCollection<double> values) => values.Count == 0 ? double.NaN : values.Sum() / values.Count;

    /// <summary>Sample variance (divisor n − 1), or NaN for fewer than two values.</summary>
    public static double Variance(IReadOnlyCollection<double> values)
    {
        if (values.Count < 2)
        {
            return double.NaN;
        }

        var mean = Mean(values);
        return values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1);
    }

    /// <summary>Quantile by linear interpolation between order statistics (Hyndman and Fan's type 7, the default of R and NumPy).</summary>
    /// <param name="sorted">At least one value, in ascending order.</param>
    /// <param name="p">Probability in [0, 1].</param>
    public static double Quantile(IReadOnlyList<double> sorted, double p)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Count);
        var position = p * (sorted.Count - 1);
        var below = (int)Math.Floor(position);
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
