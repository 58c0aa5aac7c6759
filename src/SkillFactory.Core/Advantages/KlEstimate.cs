using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Advantages;

/// <summary>Estimates of KL(p ‖ ref) from a token drawn from p (Schulman 2020), for the KL penalty in the reward.</summary>
public static class KlEstimate
{
    /// <summary>The estimate of one token.</summary>
    /// <param name="estimator">"k1": log p − log ref, "k2": half its square, "k3": ref / p − 1 − log (ref / p).</param>
    /// <param name="logProb">log p of the token.</param>
    /// <param name="reference">Its log-probability under the reference policy.</param>
    public static double Of(string estimator, double logProb, double reference)
    {
        var toReference = reference - logProb;
        return estimator switch
        {
            RecipeValues.K1 => -toReference,
            RecipeValues.K2 => toReference * toReference / 2,
            RecipeValues.K3 => Math.Exp(toReference) - toReference - 1,
            _ => throw new ArgumentOutOfRangeException(nameof(estimator), estimator, "unknown KL estimator"),
        };
    }
}
