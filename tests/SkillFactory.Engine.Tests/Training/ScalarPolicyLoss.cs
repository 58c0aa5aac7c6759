namespace SkillFactory.Engine.Tests.Training;

/// <summary>PPO's clipped surrogate and the k3 estimate for one token, as written in the papers (Schulman et al. 2017, equation 7; Shao et
/// al. 2024, equation 4).</summary>
internal static class ScalarPolicyLoss
{
    public static (double Loss, double Kl) Of(double logProb, double old, double advantage, double low, double high, double beta, double? reference)
    {
        var ratio = Math.Exp(logProb - old);
        var surrogate = Math.Min(ratio * advantage, Math.Clamp(ratio, 1 - low, 1 + high) * advantage);
        var kl = 0.0;
        if (reference is { } anchor)
        {
            var r = Math.Exp(anchor) / Math.Exp(logProb);
            kl = r - Math.Log(r) - 1;
        }

        return (-surrogate + (beta * kl), kl);
    }
}
