namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>The accuracies on one level.</summary>
internal sealed record ChartLevel(string Title, IReadOnlyList<ChartRow> Rows);
