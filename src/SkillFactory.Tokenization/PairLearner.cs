namespace SkillFactory.Tokenization;

/// <summary>Learns merges from counted pieces: the most frequent adjacent pair becomes a token, repeatedly.</summary>
internal sealed class PairLearner
{
    private readonly List<string> _vocabulary;
    private readonly List<(List<int> Ids, long Count)> _pieces = [];
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _where = [];
    private readonly PriorityQueue<((int Left, int Right) Pair, long Count), (long NegativeCount, int Left, int Right)> _queue = new();

    /// <param name="pieces">Pieces in the byte alphabet with their counts, in a fixed order.</param>
    /// <param name="vocabulary">The tokens so far, including the 256 bytes. Learned tokens are appended.</param>
    public PairLearner(SortedDictionary<string, long> pieces, List<string> vocabulary)
    {
        _vocabulary = vocabulary;
        var ids = vocabulary.Take(256).Select((token, id) => (token, id)).ToDictionary(t => t.token[0], t => t.id);
        foreach (var (piece, count) in pieces)
        {
            var list = piece.Select(c => ids[c]).ToList();
            for (var i = 0; i + 1 < list.Count; i++)
            {
                Add((list[i], list[i + 1]), count, _pieces.Count);
            }

            _pieces.Add((list, count));
        }

        foreach (var pair in _counts.Keys)
        {
            Enqueue(pair);
        }
    }

    /// <summary>Appends up to <paramref name="maxTokens"/> tokens with their merges. Stops when no pair occurs
    /// <paramref name="minCount"/> times.</summary>
    public void Learn(int maxTokens, int minCount, List<(string Left, string Right)> merges)
    {
        var known = _vocabulary.ToHashSet(StringComparer.Ordinal);
        while (maxTokens > 0 && _queue.TryDequeue(out var best, out _))
        {
            if (_counts.GetValueOrDefault(best.Pair) != best.Count)
            {
                continue; // an outdated count; the current one is queued as well
            }

            if (best.Count < minCount)
            {
                return;
            }

            var (left, right) = (_vocabulary[best.Pair.Left], _vocabulary[best.Pair.Right]);

            // The same string made from another pair is the same token and does not count.
            if (known.Add(left + right))
            {
                _vocabulary.Add(left + right);
                maxTokens--;
            }

            merges.Add((left, right));
            Merge(best.Pair, _vocabulary.IndexOf(left + right));
        }
    }

    private void Merge((int Left, int Right) pair, int id)
    {
        var touched = new HashSet<(int, int)>();
        foreach (var index in _where[pair].ToArray())
        {
            var (ids, count) = _pieces[index];
            for (var i = 0; i + 1 < ids.Count; i++)
            {
                touched.Add((ids[i], ids[i + 1]));
                Add((ids[i], ids[i + 1]), -count, index);
            }

            for (var i = 0; i + 1 < ids.Count; i++)
            {
                if (ids[i] == pair.Left && ids[i + 1] == pair.Right)
                {
                    ids[i] = id;
                    ids.RemoveAt(i + 1);
                }
            }

            for (var i = 0; i + 1 < ids.Count; i++)
            {
                touched.Add((ids[i], ids[i + 1]));
                Add((ids[i], ids[i + 1]), count, index);
            }
        }

        foreach (var changed in touched)
        {
            Enqueue(changed);
        }
    }

    private void Add((int Left, int Right) pair, long count, int piece)
    {
        _counts[pair] = _counts.GetValueOrDefault(pair) + count;
        if (count > 0)
        {
            if (!_where.TryGetValue(pair, out var pieces))
            {
                _where[pair] = pieces = [];
            }

            pieces.Add(piece);
        }
    }

    private void Enqueue((int Left, int Right) pair)
    {
        var count = _counts[pair];
        if (count > 0)
        {
            _queue.Enqueue((pair, count), (-count, pair.Left, pair.Right));
        }
    }
}
