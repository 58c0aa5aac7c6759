namespace SkillFactory.Core.Metrics;

/// <summary>Metrics of one step of one training stage.</summary>
/// <param name="Step">1-based step; 0 for what was measured before the first.</param>
/// <param name="Values">Names as users know them from other trainers: "reward", "reward_std", "loss", "grad_norm",
/// "entropy", "frac_reward_zero_std", "completions/mean_length", "completions/clipped_ratio", "lr", "tokens",
/// "sampling/logp_difference_max", …; "eval/…" for what validation questions showed (<c>ValidationFigures</c>).</param>
public sealed record MetricRow(int Step, IReadOnlyDictionary<string, double> Values);
