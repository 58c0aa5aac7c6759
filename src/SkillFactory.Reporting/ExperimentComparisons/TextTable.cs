namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>A table as plain text.</summary>
/// <param name="Title">Title of the table.</param>
/// <param name="Note">What the table shows.</param>
/// <param name="Header">Column heads.</param>
/// <param name="Rows">Rows with one field per column.</param>
/// <param name="TextColumns">Number of left-aligned columns, from the left. The other columns hold numbers.</param>
public sealed record TextTable(
    string Title,
    string Note,
    IReadOnlyList<string> Header,
    IReadOnlyList<IReadOnlyList<string>> Rows,
    int TextColumns
);
