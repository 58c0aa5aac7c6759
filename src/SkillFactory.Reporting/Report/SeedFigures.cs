namespace SkillFactory.Reporting.Report;

/// <summary>Results of one seed.</summary>
public sealed record SeedFigures(long Seed, EvaluationFigures Figures);
