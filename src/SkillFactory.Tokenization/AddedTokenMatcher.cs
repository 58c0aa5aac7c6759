namespace SkillFactory.Tokenization;

/// <summary>Finds added tokens in text: the leftmost first, and of those that start at the same position the longest.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly Dictionary<char, AddedToken[]> _byFirst;
    private readonly System.Buffers.SearchValues<char> _firsts;

    public AddedTokenMatcher(IEnumerable<AddedToken> tokens)
    {
        _byFirst = tokens.GroupBy(t => t.Content[0]).ToDictionary(g => g.Key, g => g.OrderByDescending(t => t.Content.Length).ToArray());
        _firsts = System.Buffers.SearchValues.Create([.. _byFirst.Keys]);
    }

    public bool IsEmpty => _byFirst.Count == 0;

    /// <summary>The next added token at or after <paramref name="from"/>; null when there is none.</summary>
    public (int Start, AddedToken Token)? Next(ReadOnlySpan<char> text, int from)
    {
        while (from < text.Length)
        {
            var step = text[from..].IndexOfAny(_firsts);
            if (step < 0)
            {
                return null;
            }

            from += step;
            foreach (var token in _byFirst[text[from]])
            {
                if (text[from..].StartsWith(token.Content, StringComparison.Ordinal))
                {
                    return (from, token);
                }
            }

            from++;
        }

        return null;
    }
}
