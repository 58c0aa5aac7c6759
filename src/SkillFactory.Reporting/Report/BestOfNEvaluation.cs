using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Reporting.Report;

/// <summary>Best of n by one model on one level.</summary>
/// <param name="Model">Key of the model that gives the n answers.</param>
/// <param name="Pooled">All seeds together, without the counts per question.</param>
/// <param name="Seeds">Accuracy of the answer chosen by reflection, per seed.</param>
public sealed record BestOfNEvaluation(string Model, BestOfNLevel Pooled, IReadOnlyList<SeedEstimate> Seeds);
