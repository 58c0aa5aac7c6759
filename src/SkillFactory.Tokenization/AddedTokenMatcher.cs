using System.Text;
using SkillFactory.Tokenization.Characters;

namespace SkillFactory.Tokenization;

/// <summary>Finds added tokens in text: the leftmost first, and of those that start at the same position the longest.</summary>
internal sealed class AddedTokenMatcher
{
    private const int JoinersFirst = 0x200c,
        JoinersLast = 0x200d;

    private readonly Dictionary<char, (string Text, AddedToken Token)[]> _byFirst;
    private readonly System.Buffers.SearchValues<char> _firsts;

    /// <param name="tokens">Tokens with the text to find.</param>
    public AddedTokenMatcher(IEnumerable<(string Text, AddedToken Token)> tokens)
    {
        _byFirst = tokens
            .Where(t => t.Text.Length > 0)
            .DistinctBy(t => t.Text)
            .GroupBy(t => t.Text[0])
            .ToDictionary(g => g.Key, g => g.OrderByDescending(t => t.Text.Length).ToArray());
        _firsts = System.Buffers.SearchValues.Create([.. _byFirst.Keys]);
    }

    /// <summary>The added tokens of a text and the text between them, in order; no part without a token is empty.</summary>
    public IEnumerable<(int Start, int End, AddedToken? Token)> Parts(string text)
    {
        var done = 0;
        for (var from = 0; Next(text, from) is var (at, length, token); )
        {
            var (start, end) = (at, at + length);
            from = end;
            if (token.WholeWord && (EndsInWord(text.AsSpan(0, start)) || StartsWithWord(text.AsSpan(end))))
            {
                continue;
            }

            if (token.TakesSpaceBefore)
            {
                // An earlier token may have taken some of it already.
                start = Math.Max(text.AsSpan(0, start).TrimEnd().Length, done);
            }

            if (token.TakesSpaceAfter)
            {
                end = text.Length - text.AsSpan(end).TrimStart().Length;
            }

            if (start > done)
            {
                yield return (done, start, null);
            }

            yield return (start, end, token);
            done = end;
        }

        if (done < text.Length)
        {
            yield return (done, text.Length, null);
        }
    }

    private (int Start, int Length, AddedToken Token)? Next(ReadOnlySpan<char> text, int from)
    {
        while (from < text.Length)
        {
            var step = text[from..].IndexOfAny(_firsts);
            if (step < 0)
            {
                return null;
            }

            from += step;
            foreach (var (content, token) in _byFirst[text[from]])
            {
                if (text[from..].StartsWith(content, StringComparison.Ordinal))
                {
                    return (from, content.Length, token);
                }
            }

            from++;
        }

        return null;
    }

    private static bool EndsInWord(ReadOnlySpan<char> text) => Rune.DecodeLastFromUtf16(text, out var last, out _) == 0 && IsWord(last);

    private static bool StartsWithWord(ReadOnlySpan<char> text) => Rune.DecodeFromUtf16(text, out var first, out _) == 0 && IsWord(first);

    /// <summary>The reference looks for <c>\w</c> here with another library, which also takes the joiners.</summary>
    private static bool IsWord(Rune rune) => CharacterSets.Word.Contains(rune.Value) || rune.Value is >= JoinersFirst and <= JoinersLast;
}
