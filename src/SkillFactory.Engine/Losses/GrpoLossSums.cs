namespace SkillFactory.Engine.Losses;

/// <summary>What <see cref="GrpoLoss"/> counts over the tokens of a micro-batch.</summary>
/// <param name="Loss">Σ loss, before the division by the denominator.</param>
/// <param name="ClippedLow">Number of tokens with a negative advantage and an importance ratio below the clip range.</param>
/// <param name="ClippedHigh">Number of tokens with a positive advantage and an importance ratio above the clip range.</param>
/// <param name="ClippedDual">Number of tokens with a negative advantage and an importance ratio above the dual clip; 0 without
/// one.</param>
/// <param name="Kl">Σ of the k3 estimate of the KL to the reference policy; 0 without one.</param>
/// <param name="OldPolicyKl">Σ (log p when sampled − log p).</param>
/// <param name="MaxLogProbDifference">max |log p − log p when sampled|.</param>
internal readonly record struct GrpoLossSums(
    double Loss,
    long ClippedLow,
    long ClippedHigh,
    long ClippedDual,
    double Kl,
    double OldPolicyKl,
    double MaxLogProbDifference
)
{
    /// <summary>Adds the sums and takes the larger maximum.</summary>
    public static GrpoLossSums operator +(GrpoLossSums a, GrpoLossSums b) =>
        new(
            a.Loss + b.Loss,
            a.ClippedLow + b.ClippedLow,
            a.ClippedHigh + b.ClippedHigh,
            a.ClippedDual + b.ClippedDual,
            a.Kl + b.Kl,
            a.OldPolicyKl + b.OldPolicyKl,
            Math.Max(a.MaxLogProbDifference, b.MaxLogProbDifference)
        );
}
