using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SkillFactory.Core.Datasets;

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
        var (at, length) = (0, 0);
        to[length++] = (byte)'"';
        while (true)
        {
            var plain = CopyPlain(text[at..], to[length..]);
            at += plain;
            length += plain;
            if (at == text.Length)
            {
                to[length++] = (byte)'"';
                return length;
            }

            var next = text[at++];
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

    /// <summary>Copies until a character that does not stand for itself, or near to the end.</summary>
    /// <returns>Characters that do; more is overwritten.</returns>
    private static int CopyPlain(ReadOnlySpan<char> text, Span<byte> to)
    {
        var units = MemoryMarshal.Cast<char, ushort>(text);
        var at = 0;
        while (units.Length - at >= Vector512<byte>.Count)
        {
            var chars = units.Slice(at, Vector512<byte>.Count);
            var bytes = Vector512.NarrowWithSaturation(Vector512.Create(chars), Vector512.Create(chars[Vector512<ushort>.Count..]));
            bytes.CopyTo(to[at..]);
            var ends = (Vector512.Equals(bytes, Vector512.Create((byte)'"')) | Vector512.Equals(bytes, Vector512.Create((byte)'\\'))
                | Vector512.LessThan(bytes, Vector512.Create((byte)' ')) | Vector512.GreaterThanOrEqual(bytes, Vector512.Create((byte)0x7F))).ExtractMostSignificantBits();
            if (ends != 0)
            {
                return at + BitOperations.TrailingZeroCount(ends);
            }

            at += Vector512<byte>.Count;
        }

        return at;
    }
}
