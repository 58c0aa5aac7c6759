namespace SkillFactory.Core.Metrics;

/// <summary>Metrics of one step of one training stage.</summary>
/// <param name="Step">1-based step; 0 for what was measured before the first.</param>
/// <param name="Values">Values by name, see <see cref="MetricNames"/>. A value without a case is absent.</param>
public sealed record MetricRow(int Step, IReadOnlyDictionary<string, double> Values);
