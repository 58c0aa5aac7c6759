using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.ArmComparisons;

/// <summary>The difference of two models in one seed, left minus right.</summary>
public sealed record SeedDifference(long Seed, Estimate Accuracy);
