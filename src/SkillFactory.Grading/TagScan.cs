namespace SkillFactory.Grading;

/// <summary>The tags of a text as UTF-8, found in one go. Says the same as <see cref="Tags"/> does of strings.</summary>
/// <param name="Seen">The tags that are there, opening or closing.</param>
/// <param name="LastAnswer">Content of the last answer span, or null.</param>
/// <param name="LastVerdict">Content of the last verdict span, or null.</param>
public readonly record struct TagScan(TagSet Seen, Range? LastAnswer, Range? LastVerdict)
{
    public static TagScan Of(ReadOnlySpan<byte> text)
    {
        var (seen, answer, verdict) = (TagSet.None, default(Range?), default(Range?));
        int? answerStart = null,
            verdictStart = null;

        // "<" is rare.
        for (int next, at = text.IndexOf((byte)'<'); at >= 0; at = next)
        {
            var (tag, isOpening, length) = TagAt(text[at..]);
            seen |= tag;
            if (tag == TagSet.Answer)
            {
                Span(isOpening, at, at + length, ref answerStart, ref answer);
            }
            else if (tag == TagSet.Verdict)
            {
                Span(isOpening, at, at + length, ref verdictStart, ref verdict);
            }

            next = text[(at + length)..].IndexOf((byte)'<') is >= 0 and var ahead ? at + length + ahead : -1;
        }

        return new TagScan(seen, answer, verdict);
    }

    /// <summary>An opening tag begins a span anew; a closing tag ends the one that was begun.</summary>
    private static void Span(bool isOpening, int tag, int end, ref int? start, ref Range? last)
    {
        if (isOpening)
        {
            start = end;
        }
        else if (start is { } begun)
        {
            last = begun..tag;
            start = null;
        }
    }

    /// <param name="text">Begins with "&lt;".</param>
    private static (TagSet Tag, bool IsOpening, int Length) TagAt(ReadOnlySpan<byte> text)
    {
        var isOpening = !text.StartsWith("</"u8);
        var begin = isOpening ? 1 : 2;
        var name = text[begin..];
        return name.StartsWith("answer>"u8) ? (TagSet.Answer, isOpening, begin + 7)
            : name.StartsWith("verdict>"u8) ? (TagSet.Verdict, isOpening, begin + 8)
            : name.StartsWith("think>"u8) ? (TagSet.Think, isOpening, begin + 6)
            : name.StartsWith("sample>"u8) ? (TagSet.Sample, isOpening, begin + 7)
            : name.StartsWith("reflect>"u8) ? (TagSet.Reflect, isOpening, begin + 8)
            : (TagSet.None, isOpening, 1);
    }
}

/// <summary>Some of <see cref="Tags.All"/>.</summary>
[Flags]
public enum TagSet
{
    None = 0,
    Think = 1,
    Sample = 2,
    Reflect = 4,
    Answer = 8,
    Verdict = 16,
}
