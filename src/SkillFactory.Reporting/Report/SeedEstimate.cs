using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Reporting.Report;

/// <summary>An estimate of one seed.</summary>
public sealed record SeedEstimate(long Seed, Estimate Estimate);
