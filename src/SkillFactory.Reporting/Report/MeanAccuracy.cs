using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Measurements;

namespace SkillFactory.Reporting.Report;

/// <summary>Mean accuracy of one model over a group of levels, as in the paper's tables.</summary>
/// <param name="Model">Key of the model.</param>
/// <param name="Group">trained, harder, other or all (<see cref="LevelGroups"/>), or a task or overall
/// (<see cref="TaskFamilies"/>).</param>
/// <param name="Levels">Labels of the levels in the group.</param>
public sealed record MeanAccuracy(string Model, string Group, IReadOnlyList<string> Levels, Estimate Accuracy);
