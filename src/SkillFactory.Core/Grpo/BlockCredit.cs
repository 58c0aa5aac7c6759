using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Grpo;

/// <summary>What is added to the advantage of a stretch of a response's tokens.</summary>
/// <param name="Start">First response token.</param>
/// <param name="End">After the last.</param>
/// <param name="Advantage">Added.</param>
public sealed record TokenCredit(int Start, int End, double Advantage);

/// <summary>Credit of attempts and reflections inside the responses of a group: (value − mean) / (std + 1e-6) over all attempts, or all reflections, of
/// the group, times a weight. Nothing where all are equal.</summary>
internal static class BlockCredit
{
    /// <summary>Per response, the stretches that get credit of their own.</summary>
    public static IReadOnlyList<IReadOnlyList<TokenCredit>> Of(ScoredGroup group, CreditSettings? settings)
    {
        if (settings is null || group.Blocks is not { } blocks)
        {
            return [.. group.Rewards.Select(_ => (IReadOnlyList<TokenCredit>)[])];
        }

        var credits = blocks.Select(_ => new List<TokenCredit>()).ToList();
        Add(false, settings.Attempt);
        Add(true, settings.Verdict);
        return credits;

        void Add(bool reflections, double weight)
        {
            var paid = blocks
                .Index()
                .SelectMany(r =>
                    r.Item.Where(b => b.IsReflection == reflections && b.Good is not null).Select(b => (Response: r.Index, Block: b))
                )
                .ToList();
            var values = paid.Select(p => (double?)(p.Block.Good!.Value ? 1 : 0)).ToList();
            if (weight == 0 || GroupAdvantage.IsDead(values))
            {
                return;
            }

            foreach (var (at, advantage) in paid.Zip(GroupAdvantage.Of(values, RecipeValues.StdAdvantage)))
            {
                if (at.Block.End > at.Block.Start)
                {
                    credits[at.Response].Add(new TokenCredit(at.Block.Start, at.Block.End, weight * advantage!.Value));
                }
            }
        }
    }
}
