namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>The interval of a curve at one step.</summary>
internal readonly record struct CurveBar(int Step, double Low, double High);
