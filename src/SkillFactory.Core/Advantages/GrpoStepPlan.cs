using SkillFactory.Core.Recipes;
using SkillFactory.Grading;

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
    /// <param name="groups">All groups of the rollout batch. Credit needs <see cref="ScoredGroup.Blocks"/>.</param>
    /// <param name="settings">Advantage, credit, aggregation, updates per step, and how many groups to train on at most.</param>
    public static GrpoStepPlan Of(IReadOnlyList<ScoredGroup> groups, GrpoSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.UpdatesPerStep);
        var alive = Trained(groups, settings);
        var count = Math.Min(settings.UpdatesPerStep, alive.Count);
        var batches = new List<GrpoMiniBatch>(count);
        for (var b = 0; b < count; b++)
        {
            var samples = alive
                .Take((b * alive.Count / count)..((b + 1) * alive.Count / count))
                .SelectMany(g => Samples(g, groups[g], settings))
                .ToList();
            batches.Add(new GrpoMiniBatch(samples, Denominator(samples, settings)));
        }

        return new GrpoStepPlan(batches, GrpoStepStatistics.Of(groups));
    }

    /// <summary>The indices of the groups to train on: the first <see cref="GrpoSettings.PromptsPerStep"/> that give a gradient.</summary>
    public static IReadOnlyList<int> Trained(IReadOnlyList<ScoredGroup> groups, GrpoSettings settings) =>
        [.. groups.Index().Where(g => HasGradient(g.Item, settings)).Select(g => g.Index).Take(settings.PromptsPerStep)];

    /// <summary>Whether any token with loss has a non-zero advantage. <see cref="ScoredGroup.KlPenalties"/> do not count: a group whose
    /// responses are equally good is not trained on for its KL alone.</summary>
    public static bool HasGradient(ScoredGroup group, GrpoSettings settings)
    {
        var kept = Kept(group, settings).ToList();
        return (settings.Credit is not { Response: 0 } && HasAdvantage(group, kept, settings.Advantage))
            || BlockCredit.Of(group, settings.Credit).Where((_, i) => kept.Contains(i)).Any(c => c.Count > 0);
    }

    private static bool HasAdvantage(ScoredGroup group, List<int> kept, string advantage)
    {
        if (GroupAdvantage.IsDead(group.Rewards) || kept.Count == group.Rewards.Count)
        {
            return !GroupAdvantage.IsDead(group.Rewards);
        }

        var advantages = GroupAdvantage.Of(group.Rewards, advantage);
        return kept.Any(i => advantages[i] != 0);
    }

    private static IEnumerable<GrpoSample> Samples(int index, ScoredGroup group, GrpoSettings settings)
    {
        var advantages = GroupAdvantage.Of(group.PenalisedRewards, settings.Advantage);
        var credits = BlockCredit.Of(group, settings.Credit);
        return Kept(group, settings)
            .Select(i => new GrpoSample(index, i, advantages[i] * (settings.Credit?.Response ?? 1), group.Lengths[i])
            {
                Credits = credits[i],
            });
    }

    /// <summary>The responses that carry loss.</summary>
    private static IEnumerable<int> Kept(ScoredGroup group, GrpoSettings settings) =>
        Enumerable.Range(0, group.Rewards.Count).Where(i => !settings.SkipTruncated || group.Outcomes[i] != Outcome.Truncated);

    private static double Denominator(List<GrpoSample> samples, GrpoSettings settings) =>
        settings.Aggregation switch
        {
            RecipeValues.SequenceMean => samples.Count,
            RecipeValues.LengthMean => (double)samples.Count * settings.Decoding.MaxNewTokens,
            _ => samples.Sum(s => (long)s.Length),
        };
}
