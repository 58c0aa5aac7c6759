using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Opening;

/// <summary>The difference between two models on one level.</summary>
/// <param name="Kind">trained, untrained (another level of a trained task) or other (another task).</param>
/// <param name="From">Accuracy of the model that is compared against.</param>
/// <param name="To">Accuracy of the model.</param>
/// <param name="Difference">Model minus the one compared against, paired by question.</param>
/// <param name="Significant">Whether the interval excludes zero and the corrected p is below 1 − confidence.</param>
public sealed record LevelEffect(string Kind, string Task, string Level, double From, double To, Estimate Difference, bool Significant);
