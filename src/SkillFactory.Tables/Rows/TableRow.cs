using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.ParquetFiles;

namespace SkillFactory.Tables.Rows;

/// <summary>One row of a <see cref="TableFile"/>, its columns as JSON values.</summary>
public sealed class TableRow
{
    private const int LongestShown = 60;

    private JsonDocument? _document;
    private JsonElement _content;
    private RowProblem? _problem;

    private readonly string _place;
    private ReadOnlyMemory<byte> _json;
    private bool _isParsed;

    /// <param name="place">What stands before the number in the row's place.</param>
    /// <param name="offset">Where <paramref name="json"/> begins in its file.</param>
    /// <param name="json">The row. It is parsed when a column is first asked for: so whoever asks pays for that, on as many threads as rows
    /// are shared out to; one row belongs to one thread.</param>
    public TableRow(string place, long number, double share, long offset, ReadOnlyMemory<byte> json) =>
        (_place, Number, Share, Offset, _json) = (place, number, share, offset, json);

    /// <param name="records">The row group that it is a row of.</param>
    /// <param name="index">Its place there, from 0.</param>
    /// <inheritdoc cref="TableRow(string, long, double, long, ReadOnlyMemory{byte})"/>
    internal TableRow(string place, long number, double share, ParquetRecords records, int index) =>
        (_place, Number, Share, Columnar) = (place, number, share, (records, index));

    /// <summary>Where the row stands, when that is not JSON.</summary>
    internal (ParquetRecords Records, int Index)? Columnar { get; }

    /// <summary>"file:line" or "file, row N".</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"{_place}{Number}");

    /// <summary>Line of a JSONL file or row of a Parquet file, from 1.</summary>
    public long Number { get; }

    /// <summary>How much of the file has been read up to here, 0 … 1.</summary>
    public double Share { get; }

    /// <summary>Where <see cref="Json"/> begins in its file; of no meaning for a row that is <see cref="Columnar"/>.</summary>
    internal long Offset { get; }

    /// <summary>The row as it was read, good or not; nothing for one that is <see cref="Columnar"/>.</summary>
    internal ReadOnlyMemory<byte> Json => _json;

    /// <summary>The columns' names.</summary>
    /// <exception cref="BadRowException">The row could not be read at all.</exception>
    public IEnumerable<string> Columns => Content().EnumerateObject().Select(p => p.Name);

    /// <summary>The value of a column, or null when there is no such column. "a.b" is the column of that name, or b within a.</summary>
    /// <exception cref="BadRowException">The row could not be read at all.</exception>
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

    /// <summary>The value of a column that must be there.</summary>
    /// <param name="hint">Added to the expectation when it is not.</param>
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

    /// <summary>The text of a column; a number counts as it is written.</summary>
    public string Text(string column, string expected = "text") => Text(column, Value(column, expected), expected);

    /// <summary>The text of a value that belongs to a column.</summary>
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

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<JsonElement> List(string column, JsonElement value, string expected) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : throw Bad(column, Describe(value), expected);

    public BadRowException Bad(string column, string found, string expected) => new(new RowProblem(Place, column, found, expected));

    internal BadRowException NoText(string column) => Bad(column, "bytes that are not valid UTF-8", "UTF-8 text");

    internal BadRowException HalfPair(string column) => Bad(column, "text with half of a surrogate pair", "valid Unicode");

    /// <summary>Gives back what parsing borrowed. Not needed, but saves memory where rows are many; nothing of the row may be used after it.</summary>
    internal void Release() => _document?.Dispose();

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
        if (Columnar is var (records, index))
        {
            try
            {
                _json = records.Row(index);
            }
            catch (NotTextException e)
            {
                _problem = NoText(e.Column).Problem;
                return;
            }
        }

        if (!Utf8.IsValid(Json.Span))
        {
            _problem = NoText("").Problem;
            return;
        }

        try
        {
            _document = JsonDocument.Parse(Json);
            _content = _document.RootElement;
            _problem =
                _content.ValueKind != JsonValueKind.Object ? new RowProblem(Place, "", Describe(_content), "a JSON object on one line")
                : HasReadableNames() ? null
                : new RowProblem(Place, "", "a column name with half of a surrogate pair", "valid Unicode");
        }
        catch (JsonException e)
        {
            var what = $"text that is not JSON ({e.Message.Split(" LineNumber")[0].TrimEnd('.')}, at byte {e.BytePositionInLine})";
            _problem = new RowProblem(Place, "", what, "a JSON object on one line");
        }
    }

    /// <summary>The library reads a name only when it is compared, and throws then.</summary>
    private bool HasReadableNames()
    {
        if (Json.Span.IndexOf("\\u"u8) < 0)
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

    /// <summary>A value in a few words, for messages.</summary>
    public static string Describe(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => "null",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number => Quoted(value.GetRawText()),
            JsonValueKind.Array => $"a list of {value.GetArrayLength()}",
            JsonValueKind.Object =>
                $"an object with {string.Join(", ", value.EnumerateObject().Take(8).Select(p => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(p))))}",
            _ => Quoted(value.GetRawText().Trim('"')),
        };

    /// <summary>Text in quotes, shortened.</summary>
    public static string Quoted(string text) =>
        $"'{(text.Length <= LongestShown ? text : text[..LongestShown] + "…").ReplaceLineEndings(" ")}'";
}
