namespace SkillFactory.Core.Grpo;

/// <summary>One response that carries loss.</summary>
/// <param name="Group">Index of its group in the step.</param>
/// <param name="Sample">Index in its group.</param>
/// <param name="Advantage">The same for each of its tokens.</param>
/// <param name="Length">Response tokens.</param>
public sealed record GrpoSample(int Group, int Sample, double Advantage, int Length);

/// <summary>One optimiser update.</summary>
/// <param name="Samples">Whole groups, in order.</param>
/// <param name="Tokens">The denominator of its loss: response tokens of all its samples. Token-mean is over the whole mini-batch
/// whatever the micro-batches, so a part of it contributes (sum over its tokens) / Tokens.</param>
public sealed record GrpoMiniBatch(IReadOnlyList<GrpoSample> Samples, long Tokens);

/// <summary>The updates of one rollout batch.</summary>
/// <param name="MiniBatches">Possibly fewer than asked for, none when every group is dead.</param>
/// <param name="Statistics">Of all groups, dead ones included.</param>
public sealed record GrpoStepPlan(IReadOnlyList<GrpoMiniBatch> MiniBatches, GrpoStepStatistics Statistics)
{
    /// <summary>
    /// Plans the updates: groups whose rewards are all equal are left out (they would only enlarge the denominator), the others are
    /// dealt in order to mini-batches of whole groups whose numbers of groups differ by at most one.
    /// </summary>
    /// <param name="groups">All groups of the rollout batch.</param>
    /// <param name="advantage">"std" or "centred", see <see cref="GroupAdvantage.Of"/>.</param>
    /// <param name="updates">Mini-batches wanted; with fewer groups left than that, one group each.</param>
    public static GrpoStepPlan Of(IReadOnlyList<ScoredGroup> groups, string advantage, int updates)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(updates);
        var alive = groups.Index().Where(g => !GroupAdvantage.IsDead(g.Item.Rewards)).ToList();
        var count = Math.Min(updates, alive.Count);
        var batches = new List<GrpoMiniBatch>(count);
        for (var b = 0; b < count; b++)
        {
            var samples = alive[(b * alive.Count / count)..((b + 1) * alive.Count / count)].SelectMany(g => Samples(g.Index, g.Item, advantage)).ToList();
            batches.Add(new GrpoMiniBatch(samples, samples.Sum(s => (long)s.Length)));
        }

        return new GrpoStepPlan(batches, GrpoStepStatistics.Of(groups));
    }

    private static IEnumerable<GrpoSample> Samples(int index, ScoredGroup group, string advantage)
    {
        var advantages = GroupAdvantage.Of(group.Rewards, advantage);
        return advantages.Index().Where(a => a.Item is not null).Select(a => new GrpoSample(index, a.Index, a.Item!.Value, group.Lengths[a.Index]));
    }
}
