using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Opening;

/// <summary>The difference between two models, averaged over all levels with equal weights.</summary>
/// <param name="From">Mean accuracy of the model that is compared against.</param>
/// <param name="To">Mean accuracy of the model.</param>
/// <param name="Difference">Model minus the one compared against, paired by question.</param>
public sealed record MeanEffect(double From, double To, Estimate Difference);
