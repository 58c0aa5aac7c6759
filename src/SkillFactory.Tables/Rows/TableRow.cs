using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.ParquetFiles;

namespace SkillFactory.Tables.Rows;

/// <summary>One row of a <see cref="TableFile"/>. A JSON row is parsed, and a Parquet row is assembled, when a column is first read. Not
/// thread-safe, but rows of one file can be read on different threads.</summary>
public sealed class TableRow
{
    private const int LongestShown = 60;

    private readonly string _placePrefix;
    private readonly (ParquetRecords Records, int Index)? _parquet;
    private readonly ReadOnlyMemory<byte> _json;
    private JsonElement _content;
    private RowProblem? _problem;
    private bool _isParsed;

    /// <param name="placePrefix">The part of <see cref="Place"/> before the number.</param>
    /// <param name="json">The row, valid or not.</param>
    public TableRow(string placePrefix, long number, double share, ReadOnlyMemory<byte> json) =>
        (_placePrefix, Number, Share, _json) = (placePrefix, number, share, json);

    /// <param name="records">The row group.</param>
    /// <param name="index">Index of the row in its group, from 0.</param>
    /// <inheritdoc cref="TableRow(string, long, double, ReadOnlyMemory{byte})"/>
    internal TableRow(string placePrefix, long number, double share, ParquetRecords records, int index) =>
        (_placePrefix, Number, Share, _parquet) = (placePrefix, number, share, (records, index));

    /// <summary>A row that cannot be read.</summary>
    internal TableRow(string placePrefix, long number, double share, RowProblem problem) =>
        (_placePrefix, Number, Share, _problem, _isParsed) = (placePrefix, number, share, problem, true);

    /// <summary>"file:line" or "file, row N".</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"{_placePrefix}{Number}");

    /// <summary>Line of a JSON lines or CSV file, or row of a JSON list or Parquet file, from 1.</summary>
    public long Number { get; }

    /// <summary>Share of the file that ends with this row, in (0, 1]; 0 if the size of the file is unknown.</summary>
    public double Share { get; }

    /// <summary>Names of the columns.</summary>
    /// <exception cref="BadRowException">The row as a whole is not readable.</exception>
    public IEnumerable<string> Columns => Content().EnumerateObject().Select(p => p.Name);

    /// <summary>The value of a column, or null when there is no such column. "a.b" is the column of that name, or else member b of column
    /// a.</summary>
    /// <exception cref="BadRowException">The row as a whole is not readable.</exception>
    public JsonElement? Find(string column)
    {
        var at = Content();
        if (at.TryGetProperty(column, out var value))
        {
            return value;
        }

        try
        {
            foreach (var part in column.Split('.'))
            {
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part, out at))
                {
                    return null;
                }
            }

            return at;
        }
        catch (InvalidOperationException)
        {
            throw Bad(column, "a name with half of a surrogate pair", "valid Unicode");
        }
    }

    /// <summary>The value of a required column.</summary>
    /// <param name="hint">Appended to <paramref name="expected"/> in the message about a missing column.</param>
    /// <exception cref="BadRowException">There is no such column.</exception>
    public JsonElement Value(string column, string expected, string hint = "")
    {
        if (Find(column) is { } value)
        {
            return value;
        }

        List<string> names = [.. Columns];
        var near = NearestName.Of(column, names);
        throw Bad(
            column,
            $"no such column among {string.Join(", ", names)}",
            $"{expected}{hint}{(near is null ? "" : $"; did you mean '{near}'?")}"
        );
    }

    /// <summary>The text of a column. A number is returned as it is written.</summary>
    public string Text(string column, string expected = "text") => Text(column, Value(column, expected), expected);

    /// <summary>The text of a value that was read from a column.</summary>
    public string Text(string column, JsonElement value, string expected = "text")
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            return value.GetRawText();
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            throw Bad(column, Describe(value), expected);
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw HalfPair(column);
        }
    }

    /// <summary>The items of a list. It may be written as text: CSV has no lists.</summary>
    public IReadOnlyList<JsonElement> List(string column, JsonElement value, string expected) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()]
        : value.ValueKind == JsonValueKind.String && ListText.Parse(Encoding.UTF8.GetBytes(Text(column, value))) is { } list
            ? RepeatedKey.In(list) is { } key ? throw Bad(column, RepeatedKey.Found(key), RepeatedKey.Expected)
                : [.. list.EnumerateArray()]
        : throw Bad(column, Describe(value), expected);

    /// <summary>Reads one column on its own: faster than <see cref="Find"/> for Parquet, as the rest of the row is not decoded.</summary>
    /// <returns>False if there is no such column.</returns>
    /// <inheritdoc cref="Find"/>
    public bool TryGet(string column, out RowValue value)
    {
        if (
            _parquet is var (records, index)
            && records.TryFind(column, index, out var cell)
            && (cell is not null || !column.Contains('.', StringComparison.Ordinal))
        )
        {
            value = cell.GetValueOrDefault();
            return cell is not null;
        }

        var found = Find(column);
        value = found is { } json ? Decoded(column, json) : default;
        return found is not null;
    }

    /// <inheritdoc cref="Value"/>
    public RowValue Get(string column, string expected, string hint = "") =>
        TryGet(column, out var value) ? value : Decoded(column, Value(column, expected, hint));

    /// <summary>The text of a value that was read from a column, as UTF-8. A number is returned as it is written.</summary>
    /// <exception cref="BadRowException">The value is not text.</exception>
    public ReadOnlySpan<byte> Utf8Of(string column, RowValue value, string expected = "text") =>
        value.Kind switch
        {
            JsonValueKind.String when _parquet is not null && !Utf8.IsValid(value.Utf8.Span) => throw InvalidUtf8(column),
            JsonValueKind.String or JsonValueKind.Number => value.Utf8.Span,
            _ => throw Bad(column, value, expected),
        };

    public BadRowException Bad(string column, string found, string expected) => new(new RowProblem(Place, column, found, expected));

    public BadRowException Bad(string column, in RowValue found, string expected) => Bad(column, found.Describe(), expected);

    private BadRowException InvalidUtf8(string column) => Bad(column, "bytes that are not valid UTF-8", "UTF-8 text");

    private BadRowException HalfPair(string column) => Bad(column, "text with half of a surrogate pair", "valid Unicode");

    private RowValue Decoded(string column, JsonElement value)
    {
        try
        {
            return RowValue.Of(value);
        }
        catch (InvalidOperationException)
        {
            throw HalfPair(column);
        }
    }

    private JsonElement Content()
    {
        if (!_isParsed)
        {
            _isParsed = true;
            Parse();
        }

        return _problem is null ? _content : throw new BadRowException(_problem);
    }

    private void Parse()
    {
        var json = _json;
        if (_parquet is var (records, index))
        {
            try
            {
                json = records.Row(index);
            }
            catch (NotTextException e)
            {
                _problem = InvalidUtf8(e.Column).Problem;
                return;
            }
        }

        if (!Utf8.IsValid(json.Span))
        {
            _problem = InvalidUtf8("").Problem;
            return;
        }

        try
        {
            _content = JsonDocument.Parse(json).RootElement;
            _problem =
                _content.ValueKind != JsonValueKind.Object ? new RowProblem(Place, "", Describe(_content), "a JSON object on one line")
                : !HasReadableNames(json.Span) ? new RowProblem(Place, "", "a column name with half of a surrogate pair", "valid Unicode")
                : _parquet is null && RepeatedKey.In(_content) is { } key
                    ? new RowProblem(Place, "", RepeatedKey.Found(key), RepeatedKey.Expected)
                : null;
        }
        catch (JsonException e)
        {
            var what = $"text that is not JSON ({e.Message.Split(" LineNumber")[0].TrimEnd('.')}, at byte {e.BytePositionInLine})";
            _problem = new RowProblem(Place, "", what, "a JSON object on one line");
        }
    }

    /// <summary>A <see cref="JsonElement"/> decodes a name only when it is compared, and throws then.</summary>
    private bool HasReadableNames(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\u"u8) < 0)
        {
            return true;
        }

        try
        {
            return _content.EnumerateObject().All(p => p.Name is not null);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A short description of a value, for messages.</summary>
    public static string Describe(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => "null",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number => Quoted(value.GetRawText()),
            JsonValueKind.Array => $"a list of {value.GetArrayLength()}",
            JsonValueKind.Object => $"an object with {string.Join(", ", value.EnumerateObject().Take(8).Select(RawName))}",
            _ => Quoted(value.GetRawText().Trim('"')),
        };

    /// <summary>Undecoded, as a name may contain half of a surrogate pair.</summary>
    private static string RawName(JsonProperty property) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(property));

    /// <summary>Text in quotes, shortened.</summary>
    public static string Quoted(string text) =>
        $"'{(text.Length <= LongestShown ? text : text[..LongestShown] + "…").ReplaceLineEndings(" ")}'";
}
