using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Report;

/// <summary>An estimate of one seed.</summary>
public sealed record SeedEstimate(long Seed, Estimate Estimate);
