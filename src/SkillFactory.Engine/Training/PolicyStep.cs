namespace SkillFactory.Engine.Training;

/// <summary>The result of a policy-gradient step.</summary>
/// <param name="Loss">Surrogate loss divided by the denominator, including the KL penalty.</param>
/// <param name="GradientNorm">Norm of the gradient before clipping.</param>
/// <param name="ClippedLow">Share of tokens that the clip below acts on: with a negative advantage, except where the clipped ratio is a
/// weight.</param>
/// <param name="ClippedHigh">Share of tokens that the clip above acts on: with a positive advantage, except where the clipped ratio is a
/// weight.</param>
/// <param name="ClippedDual">Share of tokens with a negative advantage and an importance ratio above the dual clip; 0 without one.</param>
/// <param name="Kl">Mean estimate of the KL to the reference policy; 0 without one.</param>
/// <param name="LogProbDifference">Mean |log p − log p under the old policy|. In the first update of a batch whose old policy is the
/// sampler's, this is the mismatch between sampler and trainer.</param>
/// <param name="MaxLogProbDifference">The largest of these differences.</param>
/// <param name="OldPolicyKl">Mean (log p under the old policy − log p).</param>
/// <param name="LossTokens">Number of tokens that carry loss.</param>
public sealed record PolicyStep(
    double Loss,
    double GradientNorm,
    double ClippedLow,
    double ClippedHigh,
    double ClippedDual,
    double Kl,
    double LogProbDifference,
    double MaxLogProbDifference,
    double OldPolicyKl,
    long LossTokens
);
