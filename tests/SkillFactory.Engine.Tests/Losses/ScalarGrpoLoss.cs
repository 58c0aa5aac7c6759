namespace SkillFactory.Engine.Tests.Losses;

/// <summary>PPO's clipped surrogate, with or without the dual clip, and the k3 estimate of the KL for one token, as in the papers
/// (Schulman et al. 2017, equation 7; Ye et al. 2020, equation 5; Shao et al. 2024, equation 4).</summary>
internal static class ScalarGrpoLoss
{
    public static (double Loss, double Kl) Of(
        double logProb,
        double old,
        double advantage,
        double low,
        double high,
        double beta,
        double? reference,
        double? dual = null
    )
    {
        var ratio = Math.Exp(logProb - old);
        var surrogate = Math.Min(ratio * advantage, Math.Clamp(ratio, 1 - low, 1 + high) * advantage);
        if (dual is { } c && advantage < 0)
        {
            surrogate = Math.Max(surrogate, c * advantage);
        }

        var kl = 0.0;
        if (reference is { } anchor)
        {
            var r = Math.Exp(anchor) / Math.Exp(logProb);
            kl = r - Math.Log(r) - 1;
        }

        return (-surrogate + (beta * kl), kl);
    }
}
