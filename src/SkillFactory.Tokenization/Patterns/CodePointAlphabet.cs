using SkillFactory.Tokenization.Characters;

namespace SkillFactory.Tokenization.Patterns;

/// <summary>
/// Replaces code points by letters so that .NET's engine, which counts UTF-16 units and has other sets of characters, matches a pattern
/// as its author meant it: all code points that no set of the pattern distinguishes share a letter.
/// </summary>
internal sealed class CodePointAlphabet
{
    private const char FirstLetter = '\u4e00';
    private const int MaxLetters = 0x5000,
        BasicPlane = 0x10000;

    private readonly char[] _basic = new char[BasicPlane];
    private readonly (int First, char Letter)[] _beyond;
    private readonly Dictionary<CodePointSet, List<char>> _letters;

    private CodePointAlphabet(Dictionary<CodePointSet, List<char>> letters, List<(int First, char Letter)> intervals)
    {
        _letters = letters;
        for (var i = 0; i < intervals.Count; i++)
        {
            var end = i + 1 < intervals.Count ? Math.Min(intervals[i + 1].First, BasicPlane) : BasicPlane;
            if (intervals[i].First < end)
            {
                Array.Fill(_basic, intervals[i].Letter, intervals[i].First, end - intervals[i].First);
            }
        }

        var last = intervals.FindLastIndex(i => i.First <= BasicPlane);
        _beyond = [(BasicPlane, intervals[last].Letter), .. intervals.Skip(last + 1)];
    }

    /// <summary>The alphabet of the given sets; null when they distinguish too many kinds of code points.</summary>
    public static CodePointAlphabet? Of(IReadOnlyList<CodePointSet> sets)
    {
        var changes = new SortedDictionary<int, List<int>> { [0] = [] };
        for (var i = 0; i < sets.Count; i++)
        {
            foreach (var (first, last) in sets[i].Ranges)
            {
                At(first).Add(i);
                if (last < CodePointSet.Last)
                {
                    At(last + 1).Add(i);
                }
            }
        }

        var inside = new bool[sets.Count];
        var letters = new Dictionary<string, char>(StringComparer.Ordinal);
        var ofSet = sets.ToDictionary(s => s, _ => new List<char>());
        var intervals = new List<(int, char)>(changes.Count);
        foreach (var (point, toggled) in changes)
        {
            foreach (var i in toggled)
            {
                inside[i] = !inside[i];
            }

            var kind = string.Concat(inside.Select(b => b ? '1' : '0'));
            if (!letters.TryGetValue(kind, out var letter))
            {
                if (letters.Count == MaxLetters)
                {
                    return null;
                }

                letters[kind] = letter = (char)(FirstLetter + letters.Count);
                for (var i = 0; i < sets.Count; i++)
                {
                    if (inside[i])
                    {
                        ofSet[sets[i]].Add(letter);
                    }
                }
            }

            intervals.Add((point, letter));
        }

        return new CodePointAlphabet(ofSet, intervals);

        List<int> At(int point)
        {
            if (!changes.TryGetValue(point, out var there))
            {
                changes[point] = there = [];
            }

            return there;
        }
    }

    /// <summary>The letters of one of the sets.</summary>
    public IReadOnlyList<char> Letters(CodePointSet set) => _letters[set];

    /// <summary>Writes one letter per code point. A surrogate without its partner counts as a code point.</summary>
    /// <param name="letters">As long as the text.</param>
    /// <param name="starts">Where each code point starts in the text, as long as the letters; empty when no code point is beyond the
    /// basic plane, so that the positions are equal.</param>
    /// <returns>The number of letters.</returns>
    public int Write(ReadOnlySpan<char> text, Span<char> letters, Span<int> starts)
    {
        if (starts.IsEmpty)
        {
            for (var i = 0; i < text.Length; i++)
            {
                letters[i] = _basic[text[i]];
            }

            return text.Length;
        }

        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            starts[count] = i;
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                letters[count++] = Beyond(char.ConvertToUtf32(text[i], text[i + 1]));
                i++;
            }
            else
            {
                letters[count++] = _basic[text[i]];
            }
        }

        return count;
    }

    private char Beyond(int point)
    {
        var (low, high) = (0, _beyond.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _beyond[middle].First <= point ? (middle, high) : (low, middle - 1);
        }

        return _beyond[low].Letter;
    }
}
