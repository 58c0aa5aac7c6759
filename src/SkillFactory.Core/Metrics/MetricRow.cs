namespace SkillFactory.Core.Metrics;

/// <summary>Metrics of one step of a training stage.</summary>
/// <param name="Step">From 1; 0 for measurements before the first step.</param>
/// <param name="Values">Values by the names that other trainers use: "reward", "reward_std", "loss", "grad_norm",
/// "entropy", "frac_reward_zero_std", "completions/mean_length", "completions/clipped_ratio", "lr", "tokens",
/// "sampling/logp_difference_max" and others. Names with "eval/" are from validation questions.</param>
public sealed record MetricRow(int Step, IReadOnlyDictionary<string, double> Values);
