using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.ParquetFiles;
using SkillFactory.Tables.Rows;
using SkillFactory.Tables.TextFiles;

namespace SkillFactory.Tables.Csv;

/// <summary>CSV with a header (RFC 4180). An empty field is null, a number without quotes is a number that keeps its digits, and anything
/// else is text. Blank lines are ignored. A column without a name is called by its number: "column 3 (no name)".</summary>
internal sealed class CsvSplitter(string path) : IRowSplitter
{
    private readonly string _place = $"{path}:";
    private readonly CsvFields _fields = new();
    private string[]? _columns;
    private long _line = 1;

    public string Place => $"{_place}{_line}";

    public int Split(ReadOnlyMemory<byte> text, bool isLast, Func<int, double> shareAt, List<TableRow> rows)
    {
        for (var at = 0; ; )
        {
            var rest = text.Span[at..];
            var length = rest.IsEmpty ? -1 : _fields.Read(rest, isLast);
            if (length < 0)
            {
                return isLast && !rest.IsEmpty ? throw Unclosed(rest) : at;
            }

            var record = rest[..length];
            if (!_fields.IsBlank)
            {
                if (_columns is null)
                {
                    _columns = Header(record);
                }
                else
                {
                    rows.Add(Row(record, shareAt(at + length)));
                }
            }

            _line += Lines(record);
            at += length;
        }
    }

    private TableRow Row(ReadOnlySpan<byte> record, double share)
    {
        if (Problem(record) is var (found, expected))
        {
            return new TableRow(_place, _line, share, new RowProblem(Place, "", found, expected));
        }

        var json = new ArrayBufferWriter<byte>(record.Length + (16 * _fields.Count));
        using (var writer = new Utf8JsonWriter(json, ParquetRecords.Options))
        {
            writer.WriteStartObject();
            for (var i = 0; i < _fields.Count; i++)
            {
                Write(writer, _columns![i], _fields.Text(record, i), _fields.IsQuoted(i));
            }

            writer.WriteEndObject();
        }

        return new TableRow(_place, _line, share, json.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter writer, string column, string text, bool quoted)
    {
        if (text.Length == 0)
        {
            writer.WriteNull(column);
        }
        else if (!quoted && IsNumber(text))
        {
            writer.WritePropertyName(column);
            writer.WriteRawValue(text);
        }
        else
        {
            writer.WriteString(column, text);
        }
    }

    /// <summary>Whether a text is a number of JSON as it is.</summary>
    private static bool IsNumber(string text)
    {
        if (!char.IsAsciiDigit(text[^1]) || (text[0] != '-' && !char.IsAsciiDigit(text[0])))
        {
            return false;
        }

        try
        {
            return JsonElement.Parse(text).ValueKind == JsonValueKind.Number;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private (string Found, string Expected)? Problem(ReadOnlySpan<byte> record) =>
        !Utf8.IsValid(record) ? ("bytes that are not valid UTF-8", "UTF-8 text (in a spreadsheet: save as CSV UTF-8)")
        : _fields.Broken > 0
            ? ($"text outside the quotes of field {_fields.Broken}", "quotes around the whole field; a quote within quotes is doubled")
        : _fields.Count != _columns!.Length
            ? ($"{Counted(_fields.Count)}", $"{_columns.Length}, as in the header; a field with a comma or a line end is in quotes")
        : null;

    private static string Counted(int fields) => fields == 1 ? "1 field" : $"{fields} fields";

    private string[] Header(ReadOnlySpan<byte> record)
    {
        if (!Utf8.IsValid(record) || _fields.Broken > 0)
        {
            throw new UserErrorException($"{Place}: the header is not valid CSV in UTF-8; expected names of columns with commas");
        }

        var columns = new string[_fields.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            var name = _fields.Text(record, i).Trim();
            columns[i] = name.Length > 0 ? name : string.Create(CultureInfo.InvariantCulture, $"column {i + 1} (no name)");
        }

        if (columns is [var only] && only.AsSpan().IndexOfAny(';', '\t') >= 0)
        {
            throw new UserErrorException(
                $"{Place}: found the header {TableRow.Quoted(only)}; expected columns that are separated by commas"
            );
        }

        return columns.GroupBy(c => c).FirstOrDefault(c => c.Count() > 1) is { } twice
            ? throw new UserErrorException($"{Place}: the header has the column '{twice.Key}' twice; expected different names")
            : columns;
    }

    private UserErrorException Unclosed(ReadOnlySpan<byte> rest) =>
        new(
            $"{path}:{_line + Lines(rest[.._fields.Unclosed])}: a field begins with a quote and never ends; "
                + "expected a closing quote (a quote within quotes is doubled)"
        );

    /// <summary>Number of line ends.</summary>
    private static int Lines(ReadOnlySpan<byte> text)
    {
        var lines = text.Count((byte)'\n');
        for (var at = 0; ; at++)
        {
            var next = text[at..].IndexOf((byte)'\r');
            if (next < 0)
            {
                return lines;
            }

            at += next;
            lines += at + 1 < text.Length && text[at + 1] == '\n' ? 0 : 1;
        }
    }
}
