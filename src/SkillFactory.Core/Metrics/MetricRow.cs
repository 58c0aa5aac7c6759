namespace SkillFactory.Core.Metrics;

/// <summary>Metrics of one step of a training stage.</summary>
/// <param name="Step">From 1; 0 for measurements before the first step.</param>
/// <param name="Values">Values by name, see <see cref="MetricNames"/>. A value without a case is absent.</param>
public sealed record MetricRow(int Step, IReadOnlyDictionary<string, double> Values);
