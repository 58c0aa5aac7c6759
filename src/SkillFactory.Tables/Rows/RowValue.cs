using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using SkillFactory.Tables.ParquetFiles;

namespace SkillFactory.Tables.Rows;

/// <summary>A value of a row: a text without quotes and escapes, a list of values, or other JSON as it stands.</summary>
public readonly struct RowValue
{
    private readonly RowValue[]? _items;
    private readonly int _start;
    private readonly int _length;

    private RowValue(JsonValueKind kind, ReadOnlyMemory<byte> bytes, RowValue[]? items, int start, int length) =>
        (Kind, Bytes, _items, _start, _length) = (kind, bytes, items, start, length);

    /// <param name="json">Valid JSON; no text.</param>
    public RowValue(ReadOnlyMemory<byte> json)
        : this(KindOf(json.Span[0]), json, null, 0, 0) { }

    public static RowValue Null { get; } = new("null"u8.ToArray());

    private static RowValue True { get; } = new("true"u8.ToArray());

    private static RowValue False { get; } = new("false"u8.ToArray());

    public JsonValueKind Kind { get; }

    /// <summary>A text, which may not be valid UTF-8 where it does not come from JSON; nothing for a list whose items are known; else valid JSON.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Where a text stands in its row as a JSON string, quotes and escapes included; null for what does not.</summary>
    public (int Start, int Length)? Json => Kind == JsonValueKind.String && _length > 0 ? (_start, _length) : null;

    /// <summary>The items of a list.</summary>
    public ReadOnlySpan<RowValue> Items => _items is not null ? _items.AsSpan(_start, _length) : Of(JsonElement.Parse(Bytes.Span)).Items;

    /// <exception cref="InvalidOperationException">A text has half of a surrogate pair.</exception>
    public static RowValue Of(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => OfText(Encoding.UTF8.GetBytes(value.GetString()!)),
            JsonValueKind.Array => OfItems([.. value.EnumerateArray().Select(Of)]),
            _ => new RowValue(JsonMarshal.GetRawUtf8Value(value).ToArray()),
        };

    public static RowValue Of(bool value) => value ? True : False;

    public static RowValue OfText(ReadOnlyMemory<byte> text) => OfText(text, 0, 0);

    /// <param name="start">See <see cref="Json"/>.</param>
    /// <param name="length">See <see cref="Json"/>.</param>
    public static RowValue OfText(ReadOnlyMemory<byte> text, int start, int length) => new(JsonValueKind.String, text, null, start, length);

    public static RowValue OfItems(RowValue[] items) => OfItems(items, 0, items.Length);

    /// <param name="items">A list's items among others.</param>
    public static RowValue OfItems(RowValue[] items, int start, int count) => new(JsonValueKind.Array, default, items, start, count);

    /// <summary>What is written.</summary>
    public static RowValue Of(Action<Utf8JsonWriter> write) => Of(JsonElement.Parse(Written(write)));

    /// <inheritdoc cref="TableRow.Describe"/>
    public string Describe() => TableRow.Describe(ToJson());

    public JsonElement ToJson() => JsonElement.Parse(Written(Write));

    /// <summary>As JSON.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        if (Kind == JsonValueKind.String)
        {
            writer.WriteStringValue(Encoding.UTF8.GetString(Bytes.Span));
        }
        else if (_items is not null)
        {
            writer.WriteStartArray();
            foreach (var item in Items)
            {
                item.Write(writer);
            }

            writer.WriteEndArray();
        }
        else
        {
            writer.WriteRawValue(Bytes.Span);
        }
    }

    private static ReadOnlySpan<byte> Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, ParquetRecords.Options))
        {
            write(writer);
        }

        return buffer.WrittenSpan;
    }

    private static JsonValueKind KindOf(byte first) =>
        first switch
        {
            (byte)'[' => JsonValueKind.Array,
            (byte)'{' => JsonValueKind.Object,
            (byte)'t' => JsonValueKind.True,
            (byte)'f' => JsonValueKind.False,
            (byte)'n' => JsonValueKind.Null,
            _ => JsonValueKind.Number,
        };
}
