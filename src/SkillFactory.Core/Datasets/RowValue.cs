using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace SkillFactory.Core.Datasets;

/// <summary>A value of a row as it stands there: JSON, the bytes of a text, or a list of values.</summary>
internal readonly struct RowValue
{
    private readonly RowValue[]? _items;

    private RowValue(ReadOnlyMemory<byte> bytes, bool isText, RowValue[]? items) => (Bytes, IsText, _items) = (bytes, isText, items);

    /// <param name="json">Valid JSON.</param>
    public RowValue(ReadOnlyMemory<byte> json)
        : this(json, false, null)
    {
    }

    public static RowValue Null { get; } = new("null"u8.ToArray());

    private static RowValue True { get; } = new("true"u8.ToArray());

    private static RowValue False { get; } = new("false"u8.ToArray());

    /// <summary>Valid JSON, or a text without quotes and escapes, which may not be valid UTF-8; nothing for a list of values.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Whether it is a text without quotes and escapes.</summary>
    public bool IsText { get; }

    public JsonValueKind Kind => IsText ? JsonValueKind.String : _items is not null ? JsonValueKind.Array : Bytes.Span[0] switch
    {
        (byte)'"' => JsonValueKind.String,
        (byte)'[' => JsonValueKind.Array,
        (byte)'{' => JsonValueKind.Object,
        (byte)'t' => JsonValueKind.True,
        (byte)'f' => JsonValueKind.False,
        (byte)'n' => JsonValueKind.Null,
        _ => JsonValueKind.Number,
    };

    public bool IsEmptyText => IsText ? Bytes.IsEmpty : Bytes.Span.SequenceEqual("\"\""u8);

    public static RowValue? Of(JsonElement? value) => value is { } given ? new RowValue(JsonMarshal.GetRawUtf8Value(given).ToArray()) : null;

    public static RowValue Of(bool value) => value ? True : False;

    public static RowValue OfText(ReadOnlyMemory<byte> text) => new(text, true, null);

    public static RowValue OfItems(RowValue[] items) => new(default, false, items);

    /// <summary>What is written.</summary>
    public static RowValue Of(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, ParquetRecords.Options))
        {
            write(writer);
        }

        return new RowValue(buffer.WrittenMemory);
    }

    /// <summary>The item of a list after a place in it, or null.</summary>
    /// <param name="at">1 at first; moves on.</param>
    public RowValue? NextItem(ref int at)
    {
        if (_items is not null)
        {
            return at <= _items.Length ? _items[at++ - 1] : null;
        }

        var end = JsonText.NextItem(Bytes.Span, ref at);
        if (end == 0)
        {
            return null;
        }

        var item = new RowValue(Bytes[at..end]);
        at = end;
        return item;
    }

    /// <inheritdoc cref="TableRow.Describe"/>
    public string Describe() => TableRow.Describe(JsonElement.Parse(IsText || _items is not null ? Of(Write).Bytes.Span : Bytes.Span));

    /// <summary>As JSON.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        if (IsText)
        {
            writer.WriteStringValue(System.Text.Encoding.UTF8.GetString(Bytes.Span));
        }
        else if (_items is not null)
        {
            writer.WriteStartArray();
            foreach (var item in _items)
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
}
