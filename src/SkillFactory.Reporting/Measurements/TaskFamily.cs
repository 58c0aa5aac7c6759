using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Measurements;

/// <summary>Levels of one task, or of all tasks, whose results are averaged.</summary>
/// <param name="Group">The name of the task, or <see cref="TaskFamilies.Overall"/>.</param>
/// <param name="Levels">The levels in the recipe's order.</param>
/// <param name="Weights">Weight of each level in the mean, summing to 1.</param>
internal sealed record TaskFamily(string Group, IReadOnlyList<ReportedLevel> Levels, IReadOnlyList<double> Weights);
