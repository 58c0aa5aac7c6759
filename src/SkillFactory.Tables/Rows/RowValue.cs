using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using SkillFactory.Tables.ParquetFiles;

namespace SkillFactory.Tables.Rows;

/// <summary>A value of a row: a text, a list or other JSON. Texts are UTF-8, so that they can be copied without decoding.</summary>
public readonly struct RowValue
{
    private readonly RowValue[]? _items;

    private RowValue(JsonValueKind kind, ReadOnlyMemory<byte> utf8, RowValue[]? items) => (Kind, Utf8, _items) = (kind, utf8, items);

    public static RowValue Null { get; } = new(JsonValueKind.Null, "null"u8.ToArray(), null);

    public JsonValueKind Kind { get; }

    /// <summary>A text without quotes and escapes, or the JSON of a number, a literal or an object; empty for a list. A text from a Parquet
    /// file may be invalid UTF-8.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>The items of a list; empty for other values.</summary>
    public ReadOnlySpan<RowValue> Items => _items;

    /// <exception cref="InvalidOperationException">A text contains an unpaired surrogate.</exception>
    public static RowValue Of(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? OfItems([.. value.EnumerateArray().Select(OfItem)]) : OfItem(value);

    public static RowValue OfText(ReadOnlyMemory<byte> text) => new(JsonValueKind.String, text, null);

    public static RowValue OfItems(RowValue[] items) => new(JsonValueKind.Array, default, items);

    /// <inheritdoc cref="TableRow.Describe"/>
    public string Describe()
    {
        if (_items is not null)
        {
            return $"a list of {_items.Length}";
        }

        if (Kind != JsonValueKind.String)
        {
            return TableRow.Describe(JsonElement.Parse(Utf8.Span));
        }

        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, ParquetRecords.Options))
        {
            writer.WriteStringValue(Encoding.UTF8.GetString(Utf8.Span));
        }

        return TableRow.Describe(JsonElement.Parse(json.WrittenSpan));
    }

    /// <summary>A list within a list stays JSON.</summary>
    private static RowValue OfItem(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
            ? OfText(Encoding.UTF8.GetBytes(value.GetString()!))
            : new RowValue(value.ValueKind, JsonMarshal.GetRawUtf8Value(value).ToArray(), null);
}
