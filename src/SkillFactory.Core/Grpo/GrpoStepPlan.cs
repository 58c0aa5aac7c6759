using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Grpo;

/// <summary>One response that carries loss.</summary>
/// <param name="Group">Index of its group in the step.</param>
/// <param name="Sample">Index in its group.</param>
/// <param name="Advantage">The same for each of its tokens.</param>
/// <param name="Length">Response tokens.</param>
public sealed record GrpoSample(int Group, int Sample, double Advantage, int Length)
{
    /// <summary>What stretches of its tokens get on top.</summary>
    public IReadOnlyList<TokenCredit> Credits { get; init; } = [];

    /// <summary>[Length]: the advantage of every response token.</summary>
    public float[] TokenAdvantages()
    {
        var advantages = new double[Length];
        Array.Fill(advantages, Advantage);
        foreach (var credit in Credits)
        {
            for (var t = credit.Start; t < Math.Min(credit.End, Length); t++)
            {
                advantages[t] += credit.Advantage;
            }
        }

        return Array.ConvertAll(advantages, a => (float)a);
    }
}

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
    /// Plans the updates: groups that teach nothing are left out (they would only enlarge the denominator), the others are
    /// dealt in order to mini-batches of whole groups whose numbers of groups differ by at most one.
    /// </summary>
    /// <param name="groups">All groups of the rollout batch.</param>
    /// <param name="advantage">"std" or "centred", see <see cref="GroupAdvantage.Of"/>.</param>
    /// <param name="updates">Mini-batches wanted; with fewer groups left than that, one group each.</param>
    /// <param name="credit">Credit per attempt and reflection; null for none. Needs <see cref="ScoredGroup.Blocks"/>.</param>
    /// <param name="most">Most groups that are trained on, the first that teach anything; null for all.</param>
    public static GrpoStepPlan Of(
        IReadOnlyList<ScoredGroup> groups,
        string advantage,
        int updates,
        CreditSettings? credit = null,
        int? most = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(updates);
        var alive = groups.Index().Where(g => Teaches(g.Item, credit)).Take(most ?? int.MaxValue).ToList();
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

    /// <summary>Whether anything in the group has an advantage.</summary>
    public static bool Teaches(ScoredGroup group, CreditSettings? credit) =>
        (credit is not { Response: 0 } && !GroupAdvantage.IsDead(group.Rewards)) || BlockCredit.Of(group, credit).Any(c => c.Count > 0);

    private static IEnumerable<GrpoSample> Samples(int index, ScoredGroup group, string advantage, CreditSettings? credit)
    {
        var advantages = GroupAdvantage.Of(group.Rewards, advantage);
        var credits = BlockCredit.Of(group, credit);
        return advantages
            .Index()
            .Where(a => a.Item is not null)
            .Select(a => new GrpoSample(index, a.Index, a.Item!.Value * (credit?.Response ?? 1), group.Lengths[a.Index])
            {
                Credits = credits[a.Index],
            });
    }
}
