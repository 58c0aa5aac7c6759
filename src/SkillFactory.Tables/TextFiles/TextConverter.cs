using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SkillFactory.Tables.TextFiles;

/// <summary>Writes long ASCII texts as the library does with <see cref="System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping"/>, but
/// as many characters at once as the processor takes; the library goes one by one from the first end of a line on. All other texts are left to it.</summary>
internal sealed class TextConverter : JsonConverter<string>
{
    /// <summary>Characters of a text from which on it is worth it.</summary>
    private const int LongText = 64;

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        if (value.Length >= LongText)
        {
            var bytes = ArrayPool<byte>.Shared.Rent((2 * value.Length) + 2);
            var length = Escape(value, bytes);
            if (length > 0)
            {
                writer.WriteRawValue(bytes.AsSpan(0, length), skipInputValidation: true);
            }

            ArrayPool<byte>.Shared.Return(bytes);
            if (length > 0)
            {
                return;
            }
        }

        writer.WriteStringValue(value);
    }

    /// <param name="to">Twice as long as the text, and two.</param>
    /// <returns>Bytes written; zero when the text holds more than ASCII and the usual escapes.</returns>
    private static int Escape(ReadOnlySpan<char> text, Span<byte> to)
    {
        var units = MemoryMarshal.Cast<char, ushort>(text);
        var (at, length) = (0, 0);
        to[length++] = (byte)'"';
        while (true)
        {
            if (units.Length - at >= Vector512<byte>.Count)
            {
                var chars = units.Slice(at, Vector512<byte>.Count);
                var bytes = Vector512.NarrowWithSaturation(Vector512.Create(chars), Vector512.Create(chars[Vector512<ushort>.Count..]));
                bytes.CopyTo(to[length..]);
                var ends = Ends(bytes);
                var plain = BitOperations.TrailingZeroCount(ends);
                at += plain;
                length += plain;
                if (ends == 0)
                {
                    continue;
                }
            }
            else if (at == units.Length)
            {
                to[length++] = (byte)'"';
                return length;
            }

            var next = (char)units[at++];
            var escape = next switch
            {
                '"' or '\\' => next,
                '\n' => 'n',
                '\t' => 't',
                '\r' => 'r',
                '\b' => 'b',
                '\f' => 'f',
                _ => '\0',
            };
            if (escape != '\0')
            {
                to[length++] = (byte)'\\';
                to[length++] = (byte)escape;
            }
            else if (next is >= ' ' and < '\x7F')
            {
                to[length++] = (byte)next;
            }
            else
            {
                return 0;
            }
        }
    }

    /// <summary>A bit for each character that does not stand for itself: a quote, a backslash, a control character or one beyond ASCII.</summary>
    private static ulong Ends(Vector512<byte> bytes) =>
        Vector512.Equals(bytes, Vector512.Create((byte)'"')).ExtractMostSignificantBits()
        | Vector512.Equals(bytes, Vector512.Create((byte)'\\')).ExtractMostSignificantBits()
        | Vector512.LessThan(bytes, Vector512.Create((byte)' ')).ExtractMostSignificantBits()
        | Vector512.GreaterThanOrEqual(bytes, Vector512.Create((byte)0x7F)).ExtractMostSignificantBits();
}
