using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace SkillFactory.Core.Datasets;

/// <summary>Text of JSON strings.</summary>
internal static class JsonText
{
    /// <summary>Takes the escapes out of a string. The library's own way looks at it byte by byte twice; responses are long, and most of what
    /// is escaped in them are ends of lines.</summary>
    /// <param name="json">A string as it stands in valid JSON, with its quotes.</param>
    /// <param name="to">As long as the string, or longer.</param>
    /// <returns>How many bytes of UTF-8 were written.</returns>
    /// <exception cref="InvalidOperationException">Half of a surrogate pair.</exception>
    public static int Unescape(ReadOnlySpan<byte> json, Span<byte> to)
    {
        var rest = json[1..^1];
        var written = 0;
        for (var at = rest.IndexOf((byte)'\\'); at >= 0; at = rest.IndexOf((byte)'\\'))
        {
            rest[..at].CopyTo(to[written..]);
            written += at;
            var escape = rest[at + 1];
            rest = rest[(at + 2)..];
            if (escape != 'u')
            {
                to[written++] = escape switch
                {
                    (byte)'n' => (byte)'\n',
                    (byte)'t' => (byte)'\t',
                    (byte)'r' => (byte)'\r',
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    _ => escape,
                };
            }
            else if (Utf8Parser.TryParse(rest[..4], out ushort code, out _, 'x') && Rune.TryCreate((char)code, out var rune))
            {
                written += rune.EncodeToUtf8(to[written..]);
                rest = rest[4..];
            }
            else
            {
                // Pairs and what should be one.
                var reader = new Utf8JsonReader(json);
                reader.Read();
                return reader.CopyString(to);
            }
        }

        rest.CopyTo(to[written..]);
        return written + rest.Length;
    }
}
