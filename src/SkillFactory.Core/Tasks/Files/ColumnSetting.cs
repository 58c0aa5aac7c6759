namespace SkillFactory.Core.Tasks.Files;

/// <summary>A column that a task reads.</summary>
/// <param name="Key">The setting that names the column, e.g. "questionColumn".</param>
/// <param name="Defaults">Column names that are tried in order when the setting is missing. When empty, the column is optional.</param>
public sealed record ColumnSetting(string Key, IReadOnlyList<string> Defaults)
{
    /// <summary>The column's name in error messages when a file has none of the defaults; by default the last of them.</summary>
    public string? NameInErrors { get; init; } = Defaults.Count > 0 ? Defaults[^1] : null;
}
