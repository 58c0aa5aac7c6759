namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>A column of the chart of accuracies.</summary>
/// <param name="Title">Title of the column; empty for none.</param>
internal sealed record ChartColumn(string Title, IReadOnlyList<ChartLevel> Levels)
{
    /// <summary>Two columns without titles.</summary>
    public static IReadOnlyList<ChartColumn> Halves(IReadOnlyList<ChartLevel> levels) =>
        [.. levels.Chunk((levels.Count + 1) / 2).Select(half => new ChartColumn("", half))];
}
