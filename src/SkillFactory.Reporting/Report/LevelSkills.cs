using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Reporting.Report;

/// <summary>Skill use of one model on one level, all seeds together.</summary>
/// <param name="Model">Key of the model.</param>
public sealed record LevelSkills(string Model, string Task, string Level, SkillEstimates Figures);
