using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Advantages;

/// <summary>The updates of one rollout batch.</summary>
/// <param name="MiniBatches">The mini-batches. There may be fewer than requested, and none when every group is dead.</param>
/// <param name="Statistics">Statistics of all groups, including dead ones.</param>
public sealed record GrpoStepPlan(IReadOnlyList<GrpoMiniBatch> MiniBatches, GrpoStepStatistics Statistics)
{
    /// <summary>
    /// Plans the updates. Groups that give no gradient are excluded, because they would only enlarge the denominator. The other groups are
    /// distributed in order over mini-batches whose numbers of groups differ by at most one.
    /// </summary>
    /// <param name="groups">All groups of the rollout batch.</param>
    /// <param name="advantage">"std" or "centred"; see <see cref="GroupAdvantage.Of"/>.</param>
    /// <param name="updates">Number of mini-batches. With fewer groups, each mini-batch holds one group.</param>
    /// <param name="credit">Credit per attempt and reflection; null for none. Needs <see cref="ScoredGroup.Blocks"/>.</param>
    /// <param name="maxGroups">Number of groups to train on: the first that give a gradient; null for all.</param>
    public static GrpoStepPlan Of(
        IReadOnlyList<ScoredGroup> groups,
        string advantage,
        int updates,
        CreditSettings? credit = null,
        int? maxGroups = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(updates);
        var alive = groups.Index().Where(g => HasGradient(g.Item, credit)).Take(maxGroups ?? int.MaxValue).ToList();
        var count = Math.Min(updates, alive.Count);
        var batches = new List<GrpoMiniBatch>(count);
        for (var b = 0; b < count; b++)
        {
            var samples = alive[(b * alive.Count / count)..((b + 1) * alive.Count / count)]
                .SelectMany(g => Samples(g.Index, g.Item, advantage, credit))
                .ToList();
            batches.Add(new GrpoMiniBatch(samples, samples.Sum(s => (long)s.Length)));
        }

        return new GrpoStepPlan(batches, GrpoStepStatistics.Of(groups));
    }

    /// <summary>Whether any token of the group has a non-zero advantage.</summary>
    public static bool HasGradient(ScoredGroup group, CreditSettings? credit) =>
        (credit is not { Response: 0 } && !GroupAdvantage.IsDead(group.Rewards)) || BlockCredit.Of(group, credit).Any(c => c.Count > 0);

    private static IEnumerable<GrpoSample> Samples(int index, ScoredGroup group, string advantage, CreditSettings? credit)
    {
        var advantages = GroupAdvantage.Of(group.Rewards, advantage);
        var credits = BlockCredit.Of(group, credit);
        return advantages
            .Index()
            .Select(a => new GrpoSample(index, a.Index, a.Item * (credit?.Response ?? 1), group.Lengths[a.Index])
            {
                Credits = credits[a.Index],
            });
    }
}
