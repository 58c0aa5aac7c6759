using System.Buffers.Text;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Json;

namespace SkillFactory.Tables.JsonLines;

/// <summary>
/// Finds its way in JSON text. Lines of attempts are little but texts with escaped ends of lines, and the library's reader looks at a text byte
/// by byte from its first escape on; here as many bytes at once as the processor takes are looked at and copied until the next quote or escape.
/// What is not plainly good is left to the library, which also says what is wrong with it.
/// </summary>
internal static class JsonText
{
    /// <summary>Less deep than the library goes, as what is looked at stands within a row.</summary>
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 48 };

    /// <summary>What the letter after a backslash stands for; zero: not for one byte.</summary>
    private static readonly byte[] Escapes = EscapesOf(
        ('"', '"'),
        ('\\', '\\'),
        ('/', '/'),
        ('b', '\b'),
        ('f', '\f'),
        ('n', '\n'),
        ('r', '\r'),
        ('t', '\t')
    );

    /// <summary>Where the next token begins.</summary>
    public static int SkipSpace(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at;
    }

    /// <summary>The byte at a place; zero after the end.</summary>
    public static byte At(ReadOnlySpan<byte> json, int at) => at < json.Length ? json[at] : (byte)0;

    /// <summary>Reads a string, without its escapes.</summary>
    /// <param name="at">Where its quote stands.</param>
    /// <param name="to">As long as what is left of <paramref name="json"/>, or longer; more than the text is overwritten.</param>
    /// <param name="length">Bytes of the text, as UTF-8.</param>
    /// <param name="isAscii">True: there is nothing but ASCII in it. Else it is the caller's to know that <paramref name="json"/> is valid UTF-8.</param>
    /// <returns>Where it ends; zero where it is not plainly good: no string, or one with half of a surrogate pair.</returns>
    public static int ReadString(ReadOnlySpan<byte> json, int at, Span<byte> to, out int length, out bool isAscii)
    {
        (length, isAscii) = (0, true);
        if (At(json, at++) != '"')
        {
            return 0;
        }

        var (written, seen, seenAlone) = (0, Vector512<byte>.Zero, (byte)0);
        while (true)
        {
            if (json.Length - at >= Vector512<byte>.Count)
            {
                var bytes = Vector512.Create(json.Slice(at, Vector512<byte>.Count));
                bytes.CopyTo(to[written..]);
                seen |= bytes;
                var ends = Ends(bytes);
                var plain = BitOperations.TrailingZeroCount(ends);
                at += plain;
                written += plain;
                if (ends == 0)
                {
                    continue;
                }
            }

            var next = At(json, at++);
            if (next == '\\')
            {
                var letter = At(json, at++);
                var escaped = Escapes[letter];
                if (escaped != 0)
                {
                    to[written++] = escaped;
                }
                else if (letter == 'u' && (at = ReadRune(json, at, to[written..], out var rune)) > 0)
                {
                    written += rune;
                }
                else
                {
                    return 0;
                }
            }
            else if (next == '"')
            {
                length = written;
                isAscii = seenAlone < 0x80 && seen.ExtractMostSignificantBits() == 0;
                return at;
            }
            else if (next < ' ')
            {
                return 0;
            }
            else
            {
                to[written++] = next;
                seenAlone |= next;
            }
        }
    }

    /// <summary>Where a value ends that begins at a place; zero where it is not good.</summary>
    public static int Skip(ReadOnlySpan<byte> json, int at)
    {
        var reader = new Utf8JsonReader(json[at..], isFinalBlock: true, new JsonReaderState(Options));
        try
        {
            return reader.Read() && reader.TrySkip() ? at + (int)reader.BytesConsumed : 0;
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    /// <summary>A bit for each byte that does not stand for itself: a quote, a backslash or a control character.</summary>
    private static ulong Ends(Vector512<byte> bytes) =>
        Vector512.Equals(bytes, Vector512.Create((byte)'"')).ExtractMostSignificantBits()
        | Vector512.Equals(bytes, Vector512.Create((byte)'\\')).ExtractMostSignificantBits()
        | Vector512.LessThan(bytes, Vector512.Create((byte)' ')).ExtractMostSignificantBits();

    /// <param name="at">After the u.</param>
    private static int ReadRune(ReadOnlySpan<byte> json, int at, Span<byte> to, out int written)
    {
        written = 0;
        if (!TryReadUnit(json, at, out var unit))
        {
            return 0;
        }

        at += 4;
        if (!Rune.TryCreate(unit, out var rune))
        {
            if (
                At(json, at) != '\\'
                || At(json, at + 1) != 'u'
                || !TryReadUnit(json, at + 2, out var second)
                || !Rune.TryCreate(unit, second, out rune)
            )
            {
                return 0;
            }

            at += 6;
        }

        written = rune.EncodeToUtf8(to);
        return at;
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> json, int at, out char unit)
    {
        var isUnit =
            Utf8Parser.TryParse(json.Length - at >= 4 ? json.Slice(at, 4) : default, out ushort code, out var read, 'x') && read == 4;
        unit = (char)code;
        return isUnit;
    }

    private static byte[] EscapesOf(params ReadOnlySpan<(char Letter, char Meaning)> escapes)
    {
        var table = new byte[byte.MaxValue + 1];
        foreach (var (letter, meaning) in escapes)
        {
            table[letter] = (byte)meaning;
        }

        return table;
    }
}
