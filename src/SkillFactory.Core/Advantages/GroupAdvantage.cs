using SkillFactory.Core.Recipes;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Advantages;

/// <summary>Computes the advantages of a group: how much better each response is than the others to the same prompt.</summary>
public static class GroupAdvantage
{
    /// <summary>Added to the standard deviation, as in verl.</summary>
    public const double Epsilon = 1e-6;

    /// <summary>Whether a group gives no gradient: it has fewer than two scored responses, or all their rewards are exactly equal. The
    /// rewards themselves are compared, because the computed deviation of equal numbers may differ from zero.</summary>
    /// <param name="rewards">One per response; null when it is not scored.</param>
    public static bool IsDead(IReadOnlyList<double?> rewards)
    {
        double? first = null;
        foreach (var reward in rewards)
        {
            if (reward is not null && first is not null && reward != first)
            {
                return false;
            }

            first ??= reward;
        }

        return true;
    }

    /// <summary>The advantage of each response; null when it is not scored. All are zero for a dead group.</summary>
    /// <param name="rewards">One per response; null when it is not scored. Mean and deviation exclude unscored responses.</param>
    /// <param name="kind">"std": (r − mean) / (std + 1e-6) with the unbiased standard deviation (n − 1), as in verl, which the paper uses.
    /// "centred": r − mean (Liu et al. 2025, Dr. GRPO).</param>
    /// <exception cref="UserErrorException">Unknown kind.</exception>
    public static double?[] Of(IReadOnlyList<double?> rewards, string kind)
    {
        if (!RecipeValues.Advantages.Contains(kind))
        {
            throw new UserErrorException($"unknown advantage '{kind}'{NearestName.Hint(kind, RecipeValues.Advantages)}");
        }

        if (IsDead(rewards))
        {
            return [.. rewards.Select(r => r is null ? (double?)null : 0)];
        }

        var (mean, std) = Moments(rewards);
        var scale = kind == RecipeValues.StdAdvantage ? std + Epsilon : 1;
        return [.. rewards.Select(r => (r - mean) / scale)];
    }

    /// <summary>Mean and unbiased standard deviation of the scored rewards; the deviation of fewer than two is 0.</summary>
    internal static (double Mean, double Std) Moments(IReadOnlyList<double?> rewards)
    {
        var scored = rewards.OfType<double>().ToList();
        if (scored.Count == 0)
        {
            return (0, 0);
        }

        var mean = scored.Average();
        return (mean, scored.Count < 2 ? 0 : Math.Sqrt(scored.Sum(r => (r - mean) * (r - mean)) / (scored.Count - 1)));
    }
}
