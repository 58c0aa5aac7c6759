using System.Text.Json;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Core.Tasks.Files;

/// <summary>A row of a question file. Its columns are accessed by the settings that name them.</summary>
/// <param name="reads">The row.</param>
/// <param name="columns">Column names by setting; null where the file has none of the default columns.</param>
public sealed class QuestionRow(ColumnReads reads, IReadOnlyDictionary<string, string?> columns)
{
    private TableRow Row => reads.Row;

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
        var text = Row.Text(columns[setting]!, value, expected);
        return text.Contains('\uFFFD', StringComparison.Ordinal)
            ? throw Bad(setting, "text with bytes that are not valid UTF-8", "UTF-8 text")
            : text;
    }

    public JsonElement Value(string setting, string expected)
    {
        reads.Find(columns[setting]!);
        return Row.Value(columns[setting]!, expected, $" (the setting {setting} names another column)");
    }

    public IReadOnlyList<JsonElement> List(string setting, JsonElement value, string expected) =>
        Row.List(columns[setting]!, value, expected);

    /// <summary>The text of a column by its own name.</summary>
    public string TextOf(string column)
    {
        reads.Find(column);
        return Row.Text(column);
    }

    public BadRowException Bad(string setting, string found, string expected) => Row.Bad(columns[setting] ?? setting, found, expected);
}
