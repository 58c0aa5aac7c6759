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
        if (row.Columnar is not null)
        {
            return;
        }

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
        if (_row.Columnar is var (records, index))
        {
            return records.TryFind(column, index, out var value) && (value is not null || !column.Contains('.', StringComparison.Ordinal)) ? value : RowValue.Of(_row.Find(column));
        }

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

    /// <summary>Where a value stands in the row's file as a JSON string; null when it does not.</summary>
    public long? OffsetOf(RowValue value) =>
        _isPlain && _row.Columnar is null && value is { IsText: false, Kind: JsonValueKind.String } && _row.Json.Span.Overlaps(value.Bytes.Span, out var offset) ? _row.Offset + offset : null;

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
        if (value.IsText)
        {
            writer.Write(Utf8.IsValid(value.Bytes.Span) ? value.Bytes.Span : throw _row.NoText(column));
            return;
        }

        var json = value.Bytes.Span;
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
