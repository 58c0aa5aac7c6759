using System.Text.Json;

namespace SkillFactory.Tables.Rows;

/// <summary>The columns of a row that were read, so that the others can be named: no column is dropped without a word.</summary>
public sealed class ColumnReads(TableRow row)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly List<string> _unused = [];

    public TableRow Row => row;

    /// <summary>Columns, and members of turns as "messages[].name", that hold something and were not read.</summary>
    public IEnumerable<string> Unused =>
        row.Columns.Where(c => !_read.Contains(c) && HasContent(row.Find(c)!.Value)).Concat(_unused).Distinct(StringComparer.Ordinal);

    /// <summary>The value of a column; null if there is none or it is null.</summary>
    public JsonElement? Find(string column)
    {
        _read.Add(column.Split('.')[0]);
        _read.Add(column);
        return row.Find(column) is { ValueKind: not JsonValueKind.Null } value ? value : null;
    }

    /// <summary>Whether a column holds something. It does not count as read.</summary>
    public bool Has(string column) => row.Find(column) is { ValueKind: not JsonValueKind.Null };

    /// <summary>The text of a column; null if it holds nothing or only white space.</summary>
    /// <exception cref="BadRowException">The value is neither text nor a number.</exception>
    public string? Text(string column) =>
        Find(column) is { } value && row.Text(column, value) is var text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <param name="name">A part of a column that holds something without a use, such as "messages[].name".</param>
    public void AddUnused(string name) => _unused.Add(name);

    /// <summary>Whether a value holds anything.</summary>
    public static bool HasContent(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => false,
            JsonValueKind.String => value.ValueEquals("") is false,
            JsonValueKind.Array => value.GetArrayLength() > 0,
            JsonValueKind.Object => value.EnumerateObject().Any(),
            _ => true,
        };
}
