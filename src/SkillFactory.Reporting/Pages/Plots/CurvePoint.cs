namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>The value of a metric at one step.</summary>
internal readonly record struct CurvePoint(int Step, double Value);
