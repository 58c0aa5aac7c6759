using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Report;

/// <summary>Results of one model on one level.</summary>
/// <param name="Model">Key of the model.</param>
/// <param name="Pooled">All seeds together, with intervals over questions.</param>
/// <param name="AcrossSeeds">Accuracy with an interval over seeds and questions; null for one seed.</param>
/// <param name="SeedDeviation">Standard deviation of the accuracies of the seeds (divisor n − 1); null for one seed.</param>
/// <param name="Limits">Accuracy under shorter response limits, computed from the same responses. The full limit comes last.</param>
/// <param name="Seeds">Results of each seed.</param>
public sealed record LevelEvaluation(
    string Model,
    string Task,
    string Level,
    EvaluationFigures Pooled,
    Estimate? AcrossSeeds,
    double? SeedDeviation,
    IReadOnlyList<LimitFigures> Limits,
    IReadOnlyList<SeedFigures> Seeds
);
