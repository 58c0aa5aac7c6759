using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace SkillFactory.Core.Datasets;

/// <summary>
/// Finds its way in JSON text without taking it apart. The library's reader looks at a text byte by byte from its first escape on, and lines
/// of attempts are little but texts with escaped ends of lines; here the next quote or escape is searched for. What is
/// not plainly good is left to the library, which also says what is wrong with it.
/// </summary>
internal static class JsonText
{
    /// <summary>As deep as the library goes, or less.</summary>
    private const int Deepest = 48;

    /// <summary>Where the library has had its say on the depth.</summary>
    private const int AnyDepth = -1000;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>Where the members of an object stand.</summary>
    /// <param name="json">Valid UTF-8.</param>
    /// <param name="members">Names without their quotes, and values. Added to.</param>
    /// <returns>False: the text must be looked at otherwise; it may be no object or no JSON, or a name may have escapes.</returns>
    public static bool TryFindMembers(ReadOnlySpan<byte> json, List<(Range Name, Range Value)> members)
    {
        // Control characters must not be in texts; between them they are rare.
        json = json.TrimEnd((byte)'\r');
        if (json.ContainsAnyInRange((byte)0, (byte)0x1F))
        {
            return false;
        }

        var at = SkipSpace(json, 0);
        return At(json, at) == '{' && (at = SkipObject(json, at, 0, members)) > 0 && SkipSpace(json, at) == json.Length;
    }

    /// <summary>Where the item of a list ends that begins at or after a place.</summary>
    /// <param name="list">A valid list.</param>
    /// <param name="at">After the bracket, or after the item before; moves to where the item begins.</param>
    /// <returns>Zero: there is none.</returns>
    public static int NextItem(ReadOnlySpan<byte> list, ref int at)
    {
        at = SkipSpace(list, at);
        at = list[at] == ',' ? SkipSpace(list, at + 1) : at;
        return list[at] == ']' ? 0 : SkipValue(list, at, AnyDepth);
    }

    /// <summary>Whether a text is one string and nothing else.</summary>
    public static bool IsString(ReadOnlySpan<byte> json) => At(json, 0) == '"' && SkipString(json, 0) == json.Length;

    /// <summary>Takes the escapes out of a string.</summary>
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

    private static byte At(ReadOnlySpan<byte> json, int at) => at < json.Length ? json[at] : (byte)0;

    private static int SkipSpace(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at;
    }

    /// <summary>Where a value ends; zero where it is not plainly good. So do the others.</summary>
    private static int SkipValue(ReadOnlySpan<byte> json, int at, int depth) => At(json, at) switch
    {
        (byte)'"' => SkipString(json, at),
        (byte)'[' => SkipList(json, at, depth),
        (byte)'{' => SkipObject(json, at, depth, null),
        (byte)'t' => SkipWord(json, at, "true"u8),
        (byte)'f' => SkipWord(json, at, "false"u8),
        (byte)'n' => SkipWord(json, at, "null"u8),
        _ => SkipNumber(json, at),
    };

    private static int SkipString(ReadOnlySpan<byte> json, int at)
    {
        for (at++; ;)
        {
            var run = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (run < 0)
            {
                return 0;
            }

            at += run;
            if (json[at] == '"')
            {
                return at + 1;
            }

            switch (At(json, at + 1))
            {
                case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                    at += 2;
                    break;
                case (byte)'u' when json.Length - at >= 6 && !json.Slice(at + 2, 4).ContainsAnyExcept(HexDigits):
                    at += 6;
                    break;
                default:
                    return 0;
            }
        }
    }

    private static int SkipList(ReadOnlySpan<byte> json, int at, int depth)
    {
        at = SkipSpace(json, at + 1);
        if (At(json, at) == ']')
        {
            return at + 1;
        }

        while (depth < Deepest && (at = SkipValue(json, at, depth + 1)) > 0)
        {
            at = SkipSpace(json, at);
            switch (At(json, at))
            {
                case (byte)',':
                    at = SkipSpace(json, at + 1);
                    break;
                case (byte)']':
                    return at + 1;
                default:
                    return 0;
            }
        }

        return 0;
    }

    /// <param name="members">Told of the members; null: nobody is.</param>
    private static int SkipObject(ReadOnlySpan<byte> json, int at, int depth, List<(Range Name, Range Value)>? members)
    {
        at = SkipSpace(json, at + 1);
        if (At(json, at) == '}')
        {
            return at + 1;
        }

        while (depth < Deepest && At(json, at) == '"' && SkipString(json, at) is > 0 and var end)
        {
            var name = (at + 1)..(end - 1);
            at = SkipSpace(json, end);
            if (At(json, at) != ':' || (members is not null && json[name].Contains((byte)'\\')))
            {
                return 0;
            }

            var value = SkipSpace(json, at + 1);
            at = SkipValue(json, value, depth + 1);
            if (at == 0)
            {
                return 0;
            }

            members?.Add((name, value..at));
            at = SkipSpace(json, at);
            switch (At(json, at))
            {
                case (byte)',':
                    at = SkipSpace(json, at + 1);
                    break;
                case (byte)'}':
                    return at + 1;
                default:
                    return 0;
            }
        }

        return 0;
    }

    private static int SkipWord(ReadOnlySpan<byte> json, int at, ReadOnlySpan<byte> word) => json[at..].StartsWith(word) ? at + word.Length : 0;

    private static int SkipNumber(ReadOnlySpan<byte> json, int at)
    {
        var start = At(json, at) == '-' ? at + 1 : at;
        at = SkipDigits(json, start);
        if (at == start || (json[start] == '0' && at > start + 1))
        {
            return 0;
        }

        if (At(json, at) == '.')
        {
            var fraction = at + 1;
            at = SkipDigits(json, fraction);
            if (at == fraction)
            {
                return 0;
            }
        }

        if (At(json, at) is (byte)'e' or (byte)'E')
        {
            var exponent = At(json, at + 1) is (byte)'+' or (byte)'-' ? at + 2 : at + 1;
            at = SkipDigits(json, exponent);
            return at == exponent ? 0 : at;
        }

        return at;
    }

    private static int SkipDigits(ReadOnlySpan<byte> json, int at)
    {
        while (char.IsAsciiDigit((char)At(json, at)))
        {
            at++;
        }

        return at;
    }
}
