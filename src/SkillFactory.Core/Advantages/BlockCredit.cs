using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Advantages;

/// <summary>Assigns credit to the attempts and reflections within the responses of a group: (value − mean) / (std + 1e-6) over all
/// attempts, or all reflections, of the group, times a weight. Equal values give no credit.</summary>
internal static class BlockCredit
{
    /// <summary>The token ranges with credit, per response.</summary>
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
                    r.Item.Where(b => b.IsReflection == reflections && b.IsRight is not null).Select(b => (Response: r.Index, Block: b))
                )
                .ToList();
            var values = paid.Select(p => p.Block.IsRight!.Value ? 1.0 : 0).ToList();
            if (weight == 0 || GroupAdvantage.IsDead(values))
            {
                return;
            }

            foreach (var (at, advantage) in paid.Zip(GroupAdvantage.Of(values, RecipeValues.StdAdvantage)))
            {
                if (at.Block.End > at.Block.Start)
                {
                    credits[at.Response].Add(new TokenCredit(at.Block.Start, at.Block.End, weight * advantage));
                }
            }
        }
    }
}
