using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Measurements;

namespace SkillFactory.Reporting.ArmComparisons;

/// <summary>The difference of two models, averaged over a group of levels.</summary>
/// <param name="Left">Key of the left model.</param>
/// <param name="Right">Key of the right model.</param>
/// <param name="Group">trained, harder, other or all (<see cref="LevelGroups"/>).</param>
/// <param name="Accuracy">Mean over the levels of the paired difference, left minus right.</param>
public sealed record ArmMeanComparison(string Left, string Right, string Group, Estimate Accuracy);
