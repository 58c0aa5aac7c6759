using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Measurements;

/// <summary>Levels whose results are averaged with equal weights.</summary>
/// <param name="Name">One of the names in <see cref="LevelGroups"/>.</param>
internal sealed record LevelGroup(string Name, IReadOnlyList<ReportedLevel> Levels);
