using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace SkillFactory.Core.Datasets;

/// <summary>The columns of one <see cref="TableRow"/> after the other where they stand, for whoever reads very many rows: a plain row is never
/// parsed. One thread's own.</summary>
internal sealed class RowCells
{
    private readonly List<(Range Name, Range Value)> _cells = [];
    private TableRow _row = null!;
    private bool _isPlain;

    public void CopyPlace(IBufferWriter<byte> writer) => _row.CopyPlace(writer);

    /// <summary>Turns to a row.</summary>
    /// <exception cref="BadRowException">It cannot be read at all.</exception>
    public void Take(TableRow row)
    {
        _row = row;
        _cells.Clear();
        _isPlain = Utf8.IsValid(row.Json.Span) && JsonText.TryFindMembers(row.Json.Span, _cells);
        if (!_isPlain)
        {
            // Asking for any column says what is wrong, if anything is.
            row.Find("");
        }
    }

    /// <inheritdoc cref="TableRow.Find"/>
    public RowValue? Find(string column)
    {
        // Of two columns of one name the last counts.
        for (var i = _isPlain ? _cells.Count - 1 : -1; i >= 0; i--)
        {
            if (Ascii.Equals(_row.Json.Span[_cells[i].Name], column))
            {
                return new RowValue(_row.Json[_cells[i].Value]);
            }
        }

        return _isPlain && Ascii.IsValid(column) && !column.Contains('.', StringComparison.Ordinal) ? null : RowValue.Of(_row.Find(column));
    }

    /// <inheritdoc cref="TableRow.Value"/>
    public RowValue Value(string column, string expected, string hint = "") => Find(column) ?? RowValue.Of(_row.Value(column, expected, hint))!.Value;

    /// <summary>The text of a column.</summary>
    public string Text(string column)
    {
        var bytes = new ArrayBufferWriter<byte>();
        CopyText(column, Value(column, "text"), "text", bytes);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>The text of a value that belongs to a column, as UTF-8 and without a string on the way; a number counts as it is written.</summary>
    public void CopyText(string column, RowValue value, string expected, IBufferWriter<byte> writer)
    {
        var json = value.Json.Span;
        switch (value.Kind)
        {
            case JsonValueKind.Number:
                writer.Write(json);
                break;
            case JsonValueKind.String:
                try
                {
                    writer.Advance(JsonText.Unescape(json, writer.GetSpan(json.Length)));
                }
                catch (InvalidOperationException)
                {
                    throw _row.HalfPair(column);
                }

                break;
            default:
                throw Bad(column, value, expected);
        }
    }

    public BadRowException Bad(string column, string found, string expected) => _row.Bad(column, found, expected);

    public BadRowException Bad(string column, RowValue found, string expected) => _row.Bad(column, found.Describe(), expected);
}

/// <summary>A value of a row as it stands there.</summary>
/// <param name="json">Valid JSON.</param>
internal readonly struct RowValue(ReadOnlyMemory<byte> json)
{
    public ReadOnlyMemory<byte> Json { get; } = json;

    public JsonValueKind Kind => Json.Span[0] switch
    {
        (byte)'"' => JsonValueKind.String,
        (byte)'[' => JsonValueKind.Array,
        (byte)'{' => JsonValueKind.Object,
        (byte)'t' => JsonValueKind.True,
        (byte)'f' => JsonValueKind.False,
        (byte)'n' => JsonValueKind.Null,
        _ => JsonValueKind.Number,
    };

    public static RowValue? Of(JsonElement? value) => value is { } given ? new RowValue(JsonMarshal.GetRawUtf8Value(given).ToArray()) : null;

    /// <summary>The item of a list after a place in it, or null.</summary>
    /// <param name="at">1 at first; moves on.</param>
    public RowValue? NextItem(ref int at)
    {
        var end = JsonText.NextItem(Json.Span, ref at);
        if (end == 0)
        {
            return null;
        }

        var item = new RowValue(Json[at..end]);
        at = end;
        return item;
    }

    /// <inheritdoc cref="TableRow.Describe"/>
    public string Describe() => TableRow.Describe(JsonElement.Parse(Json.Span));
}
