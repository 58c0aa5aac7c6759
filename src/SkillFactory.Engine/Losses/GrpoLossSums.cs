namespace SkillFactory.Engine.Losses;

/// <summary>What <see cref="GrpoLoss"/> counts over the tokens of a micro-batch.</summary>
/// <param name="Loss">Σ loss with the weights of the aggregation, before the division by the denominator.</param>
/// <param name="ClippedLow">Number of tokens that the clip below acts on: with a negative advantage, except where the clipped ratio is a
/// weight.</param>
/// <param name="ClippedHigh">Number of tokens that the clip above acts on: with a positive advantage, except where the clipped ratio is a
/// weight.</param>
/// <param name="ClippedDual">Number of tokens with a negative advantage and an importance ratio above the dual clip; 0 without
/// one.</param>
/// <param name="Kl">Σ of the estimate of the KL to the reference policy; 0 without one.</param>
/// <param name="OldPolicyKl">Σ (log p under the old policy − log p).</param>
/// <param name="LogProbDifference">Σ |log p − log p under the old policy|.</param>
/// <param name="MaxLogProbDifference">max |log p − log p under the old policy|.</param>
internal readonly record struct GrpoLossSums(
    double Loss,
    long ClippedLow,
    long ClippedHigh,
    long ClippedDual,
    double Kl,
    double OldPolicyKl,
    double LogProbDifference,
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
            a.LogProbDifference + b.LogProbDifference,
            Math.Max(a.MaxLogProbDifference, b.MaxLogProbDifference)
        );
}
