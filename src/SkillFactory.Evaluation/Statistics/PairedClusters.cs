namespace SkillFactory.Evaluation.Statistics;

/// <summary>The answers of two models in one run (seed), by question id. The two sides need not have the same questions.</summary>
public sealed record PairedClusters(IReadOnlyDictionary<string, Cluster> Left, IReadOnlyDictionary<string, Cluster> Right)
{
    /// <summary>Adds up the seeds of every question. A question counts only in those runs where both sides have weight for it.</summary>
    /// <returns>The pairs by question id, in ordinal order.</returns>
    public static SortedDictionary<string, ClusterPair> Sum(IEnumerable<PairedClusters> runs)
    {
        var pairs = new SortedDictionary<string, ClusterPair>(StringComparer.Ordinal);
        foreach (var (left, right) in runs)
        {
            foreach (var (id, leftCluster) in left)
            {
                if (leftCluster.Weight > 0 && right.TryGetValue(id, out var rightCluster) && rightCluster.Weight > 0)
                {
                    pairs[id] = pairs.GetValueOrDefault(id) + new ClusterPair(leftCluster, rightCluster);
                }
            }
        }

        return pairs;
    }
}
