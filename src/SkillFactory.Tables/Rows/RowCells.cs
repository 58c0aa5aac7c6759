using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using SkillFactory.Tables.JsonLines;

namespace SkillFactory.Tables.Rows;

/// <summary>The columns of one <see cref="TableRow"/> after the other, for whoever reads very many rows: a plain row is not parsed by the library.
/// Values hold until the next row. One thread's own.</summary>
public sealed class RowCells
{
    private readonly JsonRow _json = new();
    private TableRow _row = null!;
    private bool _isPlain;

    /// <inheritdoc cref="TableRow.Number"/>
    public long Number => _row.Number;

    /// <summary>Turns to a row.</summary>
    /// <exception cref="BadRowException">It cannot be read at all.</exception>
    public void Take(TableRow row)
    {
        _row = row;
        if (row.Columnar is not null)
        {
            return;
        }

        _isPlain = _json.TryTake(row.Json);
        if (!_isPlain)
        {
            // Asking for any column says what is wrong, if anything is.
            row.Find("");
        }
    }

    /// <returns>False: there is no such column.</returns>
    /// <inheritdoc cref="TableRow.Find"/>
    public bool TryFind(string column, out RowValue value)
    {
        if (_row.Columnar is var (records, index))
        {
            if (records.TryFind(column, index, out var found) && (found is not null || !column.Contains('.', StringComparison.Ordinal)))
            {
                value = found.GetValueOrDefault();
                return found is not null;
            }
        }
        else if (_isPlain)
        {
            if (_json.TryFind(column, out value))
            {
                return true;
            }

            if (Ascii.IsValid(column) && !column.Contains('.', StringComparison.Ordinal))
            {
                return false;
            }
        }

        var parsed = _row.Find(column);
        value = parsed is { } given ? Parsed(column, given) : default;
        return parsed is not null;
    }

    /// <inheritdoc cref="TableRow.Value"/>
    public RowValue Value(string column, string expected, string hint = "") =>
        TryFind(column, out var value) ? value : Parsed(column, _row.Value(column, expected, hint));

    /// <summary>Where a value stands in the row's file as a JSON string; null when it does not.</summary>
    public (long Offset, int Length)? PlaceOf(in RowValue value) =>
        value.Json is var (start, length) ? (_row.Offset + start, length) : null;

    /// <summary>The text of a column.</summary>
    public string Text(string column) => Encoding.UTF8.GetString(TextOf(column, Value(column, "text"), "text"));

    /// <summary>The text of a value that belongs to a column, as UTF-8; a number counts as it is written.</summary>
    public ReadOnlySpan<byte> TextOf(string column, in RowValue value, string expected) =>
        value.Kind switch
        {
            JsonValueKind.String when _row.Columnar is not null && !Utf8.IsValid(value.Bytes.Span) => throw _row.NoText(column),
            JsonValueKind.String or JsonValueKind.Number => value.Bytes.Span,
            _ => throw Bad(column, value, expected),
        };

    public BadRowException Bad(string column, string found, string expected) => _row.Bad(column, found, expected);

    public BadRowException Bad(string column, RowValue found, string expected) => _row.Bad(column, found.Describe(), expected);

    private RowValue Parsed(string column, JsonElement value)
    {
        try
        {
            return RowValue.Of(value);
        }
        catch (InvalidOperationException)
        {
            throw _row.HalfPair(column);
        }
    }
}
