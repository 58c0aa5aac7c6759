namespace SkillFactory.Engine.Training;

/// <summary>The result of a policy-gradient step.</summary>
/// <param name="Loss">Surrogate loss per token of the denominator, including the KL penalty.</param>
/// <param name="GradientNorm">Norm of the gradient before clipping.</param>
/// <param name="ClippedLow">Share of tokens with a negative advantage and an importance ratio below the clip range.</param>
/// <param name="ClippedHigh">Share of tokens with a positive advantage and an importance ratio above the clip range.</param>
/// <param name="ClippedDual">Share of tokens with a negative advantage and an importance ratio above the dual clip; 0 without one.</param>
/// <param name="Kl">Mean k3 estimate of the KL to the reference policy; 0 without one.</param>
/// <param name="MaxLogProbDifference">Largest |log p − log p when sampled|. In the first update of a batch this is the mismatch between
/// sampler and trainer.</param>
/// <param name="OldPolicyKl">Mean (log p when sampled − log p).</param>
/// <param name="LossTokens">Number of tokens that carry loss.</param>
public sealed record PolicyStep(
    double Loss,
    double GradientNorm,
    double ClippedLow,
    double ClippedHigh,
    double ClippedDual,
    double Kl,
    double MaxLogProbDifference,
    double OldPolicyKl,
    long LossTokens
);
