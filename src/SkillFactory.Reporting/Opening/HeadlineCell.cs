namespace SkillFactory.Reporting.Opening;

/// <summary>A cell of the headline table.</summary>
/// <param name="Interval">The interval of the value in brackets; empty for none.</param>
public sealed record HeadlineCell(string Value, string Interval = "");
