using SkillFactory.Core.Recipes;

namespace SkillFactory.Engine.Tests.Losses;

/// <summary>The losses of the GRPO family in plain double arithmetic, written from the papers, for one mini-batch. PPO: Schulman et al.
/// 2017, equation 7; dual clip: Ye et al. 2020, equation 5; GRPO: Shao et al. 2024, equations 3 and 4; Dr. GRPO: Liu et al. 2025; DAPO:
/// Yu et al. 2025, equation 8; GSPO: Zheng et al. 2025, equations 5 and 7; CISPO: MiniMax 2025, equations 4 and 5.</summary>
internal static class ScalarGrpoLoss
{
    /// <summary>The loss of whole responses.</summary>
    /// <param name="responses">The mini-batch.</param>
    /// <param name="s">The settings.</param>
    /// <param name="constants">The log-probabilities that the constants of the loss are taken at: CISPO's weights. Those of the responses
    /// themselves when it is null.</param>
    public static double Of(IReadOnlyList<ScalarResponse> responses, GrpoSettings s, IReadOnlyList<double[]>? constants = null)
    {
        double sum = 0;
        foreach (var (i, response) in responses.Index())
        {
            var length = response.LogProbs.Length;
            var weight = s.Aggregation switch
            {
                "tokens" => 1.0 / responses.Sum(r => r.LogProbs.Length),
                "sequences" => 1.0 / responses.Count / length,
                "length" => 1.0 / responses.Count / s.Decoding.MaxNewTokens,
                _ => throw new ArgumentException(s.Aggregation),
            };
            for (var t = 0; t < length; t++)
            {
                var surrogate =
                    s.Surrogate == "clip"
                        ? Clipped(Ratio(response, response.LogProbs, t, s.Ratio), response.Advantages[t], s)
                        : Math.Clamp(Ratio(response, constants?[i] ?? response.LogProbs, t, s.Ratio), 1 - s.ClipLow, 1 + s.ClipHigh)
                            * response.Advantages[t]
                            * response.LogProbs[t];
                var kl = response.Reference is null ? 0 : Kl(s.KlEstimator, response.LogProbs[t], response.Reference[t]);
                sum += weight * ((-(response.Weights?[t] ?? 1) * surrogate) + (s.KlCoefficient * kl));
            }
        }

        return sum;
    }

    public static double Ratio(ScalarResponse response, double[] logProbs, int t, string kind) =>
        kind == "token"
            ? Math.Exp(logProbs[t]) / Math.Exp(response.Old[t])
            : Math.Pow(Math.Exp(logProbs.Sum()) / Math.Exp(response.Old.Sum()), 1.0 / logProbs.Length);

    public static double Kl(string estimator, double logProb, double reference)
    {
        var r = Math.Exp(reference) / Math.Exp(logProb);
        return estimator switch
        {
            "k1" => -Math.Log(r),
            "k2" => 0.5 * Math.Log(r) * Math.Log(r),
            "k3" => r - Math.Log(r) - 1,
            _ => throw new ArgumentException(estimator),
        };
    }

    private static double Clipped(double ratio, double advantage, GrpoSettings s)
    {
        var surrogate = Math.Min(ratio * advantage, Math.Clamp(ratio, 1 - s.ClipLow, 1 + s.ClipHigh) * advantage);
        return s.DualClip is { } c && advantage < 0 ? Math.Max(surrogate, c * advantage) : surrogate;
    }
}

/// <summary>One response: a value per token in each list.</summary>
internal sealed record ScalarResponse(double[] LogProbs, double[] Old, double[] Advantages)
{
    public double[]? Reference { get; init; }

    public double[]? Weights { get; init; }
}
