using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Grading;

namespace SkillFactory.Core.Advantages;

/// <summary>The responses to one prompt, with the data that GRPO needs. All lists have one entry per response.</summary>
/// <param name="PromptId">The prompt.</param>
/// <param name="Rewards">Rewards.</param>
/// <param name="Lengths">Numbers of response tokens, including the end token.</param>
/// <param name="Outcomes">Outcomes.</param>
public sealed record ScoredGroup(
    string PromptId,
    IReadOnlyList<double> Rewards,
    IReadOnlyList<int> Lengths,
    IReadOnlyList<Outcome> Outcomes
)
{
    /// <summary>Attempts and reflections of each response; null when they are not needed.</summary>
    public IReadOnlyList<IReadOnlyList<CreditedBlock>>? Blocks { get; init; }

    /// <summary>What the KL to the reference policy takes off each reward before the advantages; null for nothing.</summary>
    public IReadOnlyList<double>? KlPenalties { get; init; }

    /// <summary>The rewards that advantages are computed from. A group of equal rewards gets no advantage from its KL alone, which a
    /// standard deviation would blow up.</summary>
    public IReadOnlyList<double> PenalisedRewards =>
        KlPenalties is null || GroupAdvantage.IsDead(Rewards) ? Rewards : [.. Rewards.Zip(KlPenalties, (r, p) => r - p)];

    /// <summary>The reward of an outcome: 1 for a correct response, 0 for any other. A response that could not be graded gets 0 too, so
    /// that no response can leave the count.</summary>
    public static double Reward(Outcome outcome) => outcome == Outcome.Correct ? 1 : 0;

    /// <summary>Builds a group from the rollouts of one prompt.</summary>
    /// <exception cref="ArgumentException">The list is empty, or its rollouts have different prompts.</exception>
    public static ScoredGroup Of(IReadOnlyList<Rollout> rollouts)
    {
        if (rollouts.Count == 0 || rollouts.Any(r => r.PromptId != rollouts[0].PromptId))
        {
            throw new ArgumentException("A group holds the rollouts of one prompt.", nameof(rollouts));
        }

        return new ScoredGroup(
            rollouts[0].PromptId,
            [.. rollouts.Select(r => Reward(r.Outcome))],
            [.. rollouts.Select(r => r.TokenCount)],
            [.. rollouts.Select(r => r.Outcome)]
        );
    }

    /// <summary>Adds a bonus for correct verdicts: reward + weight · (correct verdicts / verdicts that can be checked). A response without
    /// such a verdict gets no bonus.</summary>
    /// <exception cref="InvalidOperationException">The group has no <see cref="Blocks"/>.</exception>
    public ScoredGroup WithVerdictReward(double weight)
    {
        var blocks = Blocks ?? throw new InvalidOperationException("A reward for verdicts needs the blocks of the responses.");
        return this with
        {
            Rewards =
            [
                .. Rewards.Zip(blocks, (reward, own) =>
                    reward
                    + (
                        weight
                        * own.Where(b => b.IsReflection && b.IsRight is not null)
                            .Select(b => b.IsRight!.Value ? 1.0 : 0)
                            .DefaultIfEmpty(0)
                            .Average()
                    )
                ),
            ],
        };
    }

    /// <summary>Takes the penalty of long responses off their rewards.</summary>
    /// <param name="limit">The response limit in tokens.</param>
    public ScoredGroup WithOverlongPenalty(OverlongSettings overlong, int limit) =>
        this with
        {
            Rewards = [.. Rewards.Zip(Lengths, (reward, length) => reward - overlong.Of(length, limit))],
        };
}
