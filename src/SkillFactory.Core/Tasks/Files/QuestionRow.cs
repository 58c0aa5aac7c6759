using System.Text.Json;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Core.Tasks.Files;

/// <summary>A row of a question file. Its columns are accessed by the settings that name them.</summary>
/// <param name="row">The row.</param>
/// <param name="columns">Column names by setting; null where the file has none of the default columns.</param>
public sealed class QuestionRow(TableRow row, IReadOnlyDictionary<string, string?> columns)
{
    /// <summary>The column of a setting, or null when the user did not name it and no default exists.</summary>
    public string? Column(string setting) => columns[setting];

    /// <summary>The non-empty text of a column.</summary>
    public string Text(string setting, string expected = "text")
    {
        var text = Text(setting, Value(setting, expected), expected);
        return string.IsNullOrWhiteSpace(text) ? throw Bad(setting, "empty text", expected) : text;
    }

    /// <summary>The text of a value within a column.</summary>
    public string Text(string setting, JsonElement value, string expected = "text")
    {
        // Parquet readers put this character in place of bytes that are not valid UTF-8.
        var text = row.Text(columns[setting]!, value, expected);
        return text.Contains('\uFFFD', StringComparison.Ordinal)
            ? throw Bad(setting, "text with bytes that are not valid UTF-8", "UTF-8 text")
            : text;
    }

    public JsonElement Value(string setting, string expected) =>
        row.Value(columns[setting]!, expected, $" (the setting {setting} names another column)");

    public IReadOnlyList<JsonElement> List(string setting, JsonElement value, string expected) =>
        row.List(columns[setting]!, value, expected);

    public TableRow Row => row;

    public BadRowException Bad(string setting, string found, string expected) => row.Bad(columns[setting] ?? setting, found, expected);
}
