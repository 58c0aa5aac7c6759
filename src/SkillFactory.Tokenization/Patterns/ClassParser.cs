using SkillFactory.Tokenization.Characters;

namespace SkillFactory.Tokenization.Patterns;

/// <summary>
/// Parses a bracketed class: ranges, escapes, POSIX classes, classes within classes (a union) and <c>&amp;&amp;</c> (an intersection).
/// A hyphen after a range is a character: Oniguruma has no subtraction.
/// </summary>
internal sealed class ClassParser(PatternCursor cursor)
{
    private const int MaxNesting = 50;

    private int _depth;

    /// <param name="start">Position of the opening bracket, which is read.</param>
    public CodePointSet Read(PatternOptions options, int start)
    {
        var (set, negated) = Content(start);
        if (options.IgnoreCase)
        {
            if (!negated && set.Overlaps(CaseMapping.WithFoldToSeveral))
            {
                throw cursor.Refuse($"the case-insensitive class '{cursor.Since(start)}' with characters that may equal several", start);
            }

            set = CaseMapping.SameButForCase(set);
        }

        return negated ? ~set : set;
    }

    private (CodePointSet Set, bool Negated) Content(int start)
    {
        if (++_depth > MaxNesting)
        {
            throw cursor.Refuse("classes nested too deeply", start);
        }

        var negated = cursor.Take("^");
        CodePointSet? intersection = null;
        var union = CodePointSet.Empty;
        var ranges = new List<(int First, int Last)>();
        var first = true;
        while (true)
        {
            if (cursor.IsAtEnd)
            {
                throw cursor.Refuse("an unclosed class", start);
            }

            // A closing bracket that comes first is a character.
            if (!(first && HasCloseAfterNext()) && cursor.Take("]"))
            {
                if (first)
                {
                    throw cursor.Refuse("an empty class", start);
                }

                break;
            }

            first = false;
            if (cursor.Take("&&"))
            {
                var side = union | CodePointSet.Of(ranges);
                intersection = intersection is null ? side : intersection & side;
                (union, ranges) = (CodePointSet.Empty, []);
            }
            else if (Set(start) is { } set)
            {
                union |= set;
                RefuseRangeFrom(start);
            }
            else
            {
                ranges.Add(Range(start));
            }
        }

        _depth--;
        var last = union | CodePointSet.Of(ranges);
        return (intersection is null ? last : intersection & last, negated);
    }

    private bool HasCloseAfterNext()
    {
        var at = cursor.At;
        var has = cursor.Take("]") && cursor.HasAhead(']');
        cursor.Return(at);
        return has;
    }

    /// <summary>A set within the class; null, and nothing read, at a single character.</summary>
    private CodePointSet? Set(int start)
    {
        var at = cursor.At;
        if (cursor.StartsWith("[:") && Posix(start) is { } posix)
        {
            return posix;
        }

        if (cursor.Take("["))
        {
            var (set, negated) = Content(at);
            return negated ? ~set : set;
        }

        if (cursor.Take("\\"))
        {
            if (new EscapeReader(cursor).Set(at) is { } escaped)
            {
                return escaped;
            }

            cursor.Return(at);
        }

        return null;
    }

    /// <summary>A POSIX class; null, and nothing read, when no ":]" follows.</summary>
    private CodePointSet? Posix(int start)
    {
        var at = cursor.At;
        cursor.Take("[:");
        var negated = cursor.Take("^");
        var name = cursor.TakeUntil(':');
        if (name is null || !cursor.Take("]"))
        {
            throw cursor.Refuse("a bracket '[:' that begins no POSIX class", at);
        }

        return CharacterSets.Posix.TryGetValue(name, out var set)
            ? negated
                ? ~set
                : set
            : throw cursor.Refuse($"the POSIX class '{cursor.Since(at)}'", start);
    }

    /// <summary>One character, or the range that it begins.</summary>
    private (int First, int Last) Range(int start)
    {
        var first = Point();
        var hyphen = cursor.At;
        if (!cursor.Take("-"))
        {
            return (first, first);
        }

        // A hyphen at the end, or before an intersection, is a character.
        if (cursor.Next == ']' || cursor.StartsWith("&&"))
        {
            cursor.Return(hyphen);
            return (first, first);
        }

        var at = cursor.At;
        if (Set(start) is not null)
        {
            throw cursor.Refuse($"a range that ends in the set '{cursor.Since(at)}'", start);
        }

        var last = Point();
        if (last < first)
        {
            throw cursor.Refuse($"the empty range '{cursor.Since(hyphen)}'", start);
        }

        return (first, last);
    }

    private int Point()
    {
        var at = cursor.At;
        return cursor.Take("\\")
            ? cursor.Take("b")
                ? '\b'
                : new EscapeReader(cursor).Point(at)
            : cursor.Take();
    }

    /// <summary>Oniguruma has no range that begins with a set; a hyphen at the end, or before an intersection, is a character.</summary>
    private void RefuseRangeFrom(int start)
    {
        var at = cursor.At;
        if (cursor.Take("-") && !(cursor.Next == ']' || cursor.StartsWith("&&")))
        {
            throw cursor.Refuse("a hyphen after a set in a class (write '\\-', or put it last)", start);
        }

        cursor.Return(at);
    }
}
