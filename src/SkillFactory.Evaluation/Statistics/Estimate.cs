namespace SkillFactory.Evaluation.Statistics;

/// <summary>A point estimate with its confidence interval.</summary>
/// <param name="Value">The point estimate.</param>
/// <param name="Count">Independent units behind it. For evaluations these are distinct questions, not samples or seeds.</param>
/// <param name="Interval">The confidence interval, or null for fewer than two units.</param>
public sealed record Estimate(double Value, int Count, Interval? Interval)
{
    /// <summary>The opposite difference: right minus left instead of left minus right.</summary>
    public Estimate Negated() => new(-Value, Count, Interval is null ? null : new Interval(-Interval.High, -Interval.Low, Interval.Level));
}
