namespace SkillFactory.Tokenization.Splitting;

/// <summary>Divides text into pieces by the steps of a tokenizer. Thread-safe.</summary>
internal sealed class PieceSplitter(IReadOnlyList<PieceStep> steps)
{
    /// <summary>The pieces of <paramref name="text"/> in order; none of them is empty.</summary>
    /// <param name="startsText">Whether the text begins where the whole text does.</param>
    public List<ReadOnlyMemory<char>> Split(ReadOnlyMemory<char> text, bool startsText)
    {
        var pieces = new List<ReadOnlyMemory<char>>();
        if (!text.IsEmpty)
        {
            pieces.Add(text);
        }

        var matches = new List<(int Start, int End)>();
        foreach (var step in steps)
        {
            switch (step)
            {
                case SplitStep split:
                    pieces = Split(pieces, split, matches);
                    break;
                case PrefixStep prefix:
                    for (var i = 0; i < pieces.Count; i++)
                    {
                        if (pieces[i].Span[0] != prefix.Prefix && (!prefix.OnlyAtStart || (startsText && i == 0)))
                        {
                            pieces[i] = $"{prefix.Prefix}{pieces[i].Span}".AsMemory();
                        }
                    }

                    break;
                case VisibleSpaceStep space:
                    for (var i = 0; i < pieces.Count; i++)
                    {
                        if (pieces[i].Span.Contains(' '))
                        {
                            pieces[i] = pieces[i].ToString().Replace(' ', space.Replacement).AsMemory();
                        }
                    }

                    break;
            }
        }

        return pieces;
    }

    private static List<ReadOnlyMemory<char>> Split(List<ReadOnlyMemory<char>> pieces, SplitStep step, List<(int Start, int End)> matches)
    {
        var finer = new List<ReadOnlyMemory<char>>(pieces.Count * 2);
        var parts = new List<(int Start, int End, bool IsMatch)>();
        foreach (var piece in pieces)
        {
            matches.Clear();
            parts.Clear();
            step.Pattern.Matches(piece.Span, matches);
            var done = 0;
            foreach (var (start, end) in matches)
            {
                Add(done, start, false);
                parts.Add((start, end, !step.Invert));
                done = end;
            }

            Add(done, piece.Length, false);
            Use(piece, step.Delimiter, parts, finer);

            void Add(int from, int to, bool isMatch)
            {
                if (to > from)
                {
                    parts.Add((from, to, isMatch != step.Invert));
                }
            }
        }

        return finer;
    }

    private static void Use(
        ReadOnlyMemory<char> piece,
        DelimiterUse use,
        List<(int Start, int End, bool IsMatch)> parts,
        List<ReadOnlyMemory<char>> into
    )
    {
        for (var i = 0; i < parts.Count; )
        {
            var first = i++;
            switch (use)
            {
                case DelimiterUse.Removed when parts[first].IsMatch:
                    continue;
                case DelimiterUse.Contiguous:
                    while (i < parts.Count && parts[i].IsMatch == parts[first].IsMatch)
                    {
                        i++;
                    }

                    break;
                case DelimiterUse.MergedWithPrevious when !parts[first].IsMatch && i < parts.Count && parts[i].IsMatch:
                case DelimiterUse.MergedWithNext when parts[first].IsMatch && i < parts.Count && !parts[i].IsMatch:
                    i++;
                    break;
            }

            var (start, end) = (parts[first].Start, parts[i - 1].End);
            if (end > start)
            {
                into.Add(piece[start..end]);
            }
        }
    }
}
