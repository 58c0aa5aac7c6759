using SkillFactory.Core.Recipes;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Advantages;

/// <summary>Computes the advantages of a group: how much better each response is than the others to the same prompt.</summary>
public static class GroupAdvantage
{
    /// <summary>Added to the standard deviation, as in verl.</summary>
    public const double Epsilon = 1e-6;

    /// <summary>Whether a group gives no gradient: it has fewer than two responses, or all their rewards are exactly equal. The rewards
    /// themselves are compared, because the computed deviation of equal numbers may differ from zero.</summary>
    /// <param name="rewards">One per response.</param>
    public static bool IsDead(IReadOnlyList<double> rewards) => rewards.All(r => r == rewards[0]);

    /// <summary>The advantage of each response. All are zero for a dead group.</summary>
    /// <param name="rewards">One per response.</param>
    /// <param name="kind">"std": (r − mean) / (std + 1e-6) with the unbiased standard deviation (n − 1), as in verl, which the paper uses.
    /// "centred": r − mean (Liu et al. 2025, Dr. GRPO). "leave_one_out": r − mean of the other rewards (Ahmadian et al. 2024,
    /// RLOO).</param>
    /// <exception cref="UserErrorException">Unknown kind.</exception>
    public static double[] Of(IReadOnlyList<double> rewards, string kind)
    {
        if (!RecipeValues.Advantages.Contains(kind))
        {
            throw new UserErrorException($"unknown advantage '{kind}'{NearestName.Hint(kind, RecipeValues.Advantages)}");
        }

        if (IsDead(rewards))
        {
            return new double[rewards.Count];
        }

        if (kind == RecipeValues.LeaveOneOutAdvantage)
        {
            var sum = rewards.Sum();
            return [.. rewards.Select(r => r - ((sum - r) / (rewards.Count - 1)))];
        }

        var (mean, std) = Moments(rewards);
        var scale = kind == RecipeValues.StdAdvantage ? std + Epsilon : 1;
        return [.. rewards.Select(r => (r - mean) / scale)];
    }

    /// <summary>Mean and unbiased standard deviation; the deviation of fewer than two rewards is 0.</summary>
    internal static (double Mean, double Std) Moments(IReadOnlyList<double> rewards)
    {
        var mean = rewards.DefaultIfEmpty(0).Average();
        return (mean, rewards.Count < 2 ? 0 : Math.Sqrt(rewards.Sum(r => (r - mean) * (r - mean)) / (rewards.Count - 1)));
    }
}
