using SkillFactory.Core.Metrics;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Tests;

public sealed class CurveMetricsTests
{
    /// <summary>That training emits every described name is tested with the workers.</summary>
    [Fact]
    public void The_report_draws_only_metrics_that_training_emits() =>
        Assert.Subset(MetricNames.All.Select(m => m.Name).ToHashSet(), RunReportBuilder.CurveMetrics.ToHashSet());
}
