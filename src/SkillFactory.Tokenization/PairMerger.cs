namespace SkillFactory.Tokenization;

/// <summary>Merges the byte pairs of one piece by lowest rank, the leftmost first among equals, until no pair has a merge.</summary>
internal sealed class PairMerger
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges;

    public PairMerger(Dictionary<(int Left, int Right), (int Rank, int Id)> merges) => _merges = merges;

    /// <summary>Merges <paramref name="ids"/> (one per byte) and returns the resulting ids. Takes O(n log n) time.</summary>
    public int[] Merge(int[] ids)
    {
        var queue = new PriorityQueue<(int At, int Left, int Right), long>();
        var (previous, next) = (new int[ids.Length], new int[ids.Length]);
        for (var i = 0; i < ids.Length; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1);
            Enqueue(i);
        }

        var left = ids.Length;
        while (queue.TryDequeue(out var pair, out _))
        {
            var other = ids[pair.At] == pair.Left ? next[pair.At] : ids.Length;
            if (other == ids.Length || ids[other] != pair.Right)
            {
                continue; // one of the two has already been merged
            }

            ids[pair.At] = _merges[(pair.Left, pair.Right)].Id;
            ids[other] = -1;
            next[pair.At] = next[other];
            if (next[other] < ids.Length)
            {
                previous[next[other]] = pair.At;
            }

            left--;
            Enqueue(pair.At);
            if (previous[pair.At] >= 0)
            {
                Enqueue(previous[pair.At]);
            }
        }

        if (left == ids.Length)
        {
            return ids;
        }

        var merged = new int[left];
        for (int i = 0, k = 0; k < left; i = next[i], k++)
        {
            merged[k] = ids[i];
        }

        return merged;

        void Enqueue(int at)
        {
            if (next[at] < ids.Length && _merges.TryGetValue((ids[at], ids[next[at]]), out var merge))
            {
                queue.Enqueue((at, ids[at], ids[next[at]]), ((long)merge.Rank << 32) | (uint)at);
            }
        }
    }
}
