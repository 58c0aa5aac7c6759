namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>A column of the chart of accuracies: levels with the same relation to training.</summary>
/// <param name="Title">Title of the column; empty for none.</param>
internal sealed record ChartColumn(string Title, IReadOnlyList<ChartLevel> Levels);
