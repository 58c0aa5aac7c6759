using SkillFactory.Core.Statistics;

namespace SkillFactory.Core.Evaluation;

/// <summary>Differences between two models on the questions both answered in the same run.</summary>
internal static class PairedQuestions
{
    /// <param name="runs">Per seed, the clusters of either side by question id. A cluster without weight is no answer.</param>
    /// <returns>Left minus right, a question of several seeds being one unit; null when no question is shared.</returns>
    public static Estimate? Difference(IEnumerable<(IReadOnlyDictionary<string, Cluster> Left, IReadOnlyDictionary<string, Cluster> Right)> runs, Bootstrap bootstrap)
    {
        var pairs = new SortedDictionary<string, (Cluster Left, Cluster Right)>(StringComparer.Ordinal);
        foreach (var (left, right) in runs)
        {
            foreach (var (id, mine) in left)
            {
                if (mine.Weight > 0 && right.TryGetValue(id, out var theirs) && theirs.Weight > 0)
                {
                    var before = pairs.GetValueOrDefault(id);
                    pairs[id] = (before.Left + mine, before.Right + theirs);
                }
            }
        }

        return pairs.Count == 0 ? null : bootstrap.Difference([.. pairs.Values.Select(p => p.Left)], [.. pairs.Values.Select(p => p.Right)]);
    }
}
