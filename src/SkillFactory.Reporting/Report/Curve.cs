using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Report;

/// <summary>One metric of one training stage by step.</summary>
/// <param name="Stage">sft or grpo.</param>
/// <param name="Metric">Name of the metric, as in the metrics files.</param>
/// <param name="Low">Lower ends of the Wilson intervals, for a metric that is a share of validation questions; else null.</param>
/// <param name="High">Upper ends of the intervals.</param>
public sealed record Curve(
    string Arm,
    long Seed,
    string Stage,
    string Metric,
    IReadOnlyList<int> Steps,
    IReadOnlyList<double> Values,
    IReadOnlyList<double>? Low = null,
    IReadOnlyList<double>? High = null
);
