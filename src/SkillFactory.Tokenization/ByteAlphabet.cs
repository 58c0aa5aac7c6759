using System.Collections.Frozen;

namespace SkillFactory.Tokenization;

/// <summary>
/// The printable characters that byte-level vocabularies use for bytes: the byte's own Latin-1 character where it is printable, otherwise
/// the next unused character from U+0100 on (GPT-2's <c>bytes_to_unicode</c>).
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] CharOfByte = Build();
    private static readonly FrozenDictionary<char, byte> ByteOfChar = Enumerable
        .Range(0, 256)
        .ToFrozenDictionary(b => CharOfByte[b], b => (byte)b);

    public static char Of(byte value) => CharOfByte[value];

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        Span<char> chars = bytes.Length <= 256 ? stackalloc char[bytes.Length] : new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            chars[i] = CharOfByte[bytes[i]];
        }

        return new string(chars);
    }

    /// <summary>The bytes of a vocabulary entry, or null when it contains a character outside the alphabet.</summary>
    public static byte[]? ToBytes(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            if (!ByteOfChar.TryGetValue(token[i], out bytes[i]))
            {
                return null;
            }
        }

        return bytes;
    }

    private static char[] Build()
    {
        var chars = new char[256];
        var next = (char)256;
        for (var b = 0; b < 256; b++)
        {
            var printable = b is (>= '!' and <= '~') or (>= 0xa1 and <= 0xac) or (>= 0xae and <= 0xff);
            chars[b] = printable ? (char)b : next++;
        }

        return chars;
    }
}
