using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Measurements;

/// <summary>Results of budget forcing.</summary>
/// <param name="Evaluations">By model and level.</param>
/// <param name="Families">By model and task family.</param>
internal sealed record ForcedResults(IReadOnlyList<ForcedEvaluation> Evaluations, IReadOnlyList<ForcedMeanAccuracy> Families);
