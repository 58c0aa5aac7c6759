using SkillFactory.Core.Sampling;
using SkillFactory.Grading;

namespace SkillFactory.Core.Grpo;

/// <summary>The responses to one prompt, as far as the arithmetic of GRPO needs them. All lists have the group's size.</summary>
/// <param name="PromptId">The prompt.</param>
/// <param name="Rewards">Null: not scored. Such a response is left out of the group.</param>
/// <param name="Lengths">Response tokens, the end token included.</param>
/// <param name="Truncated">Whether the response hit its limit.</param>
public sealed record ScoredGroup(string PromptId, IReadOnlyList<double?> Rewards, IReadOnlyList<int> Lengths, IReadOnlyList<bool> Truncated)
{
    /// <summary>Attempts and reflections of each response; null where nobody reads them.</summary>
    public IReadOnlyList<IReadOnlyList<CreditedBlock>>? Blocks { get; init; }

    /// <summary>The method's reward: 1 for a correct response, 0 for any other, none for one that could not be graded.</summary>
    public static double? Reward(Outcome outcome) =>
        outcome switch
        {
            Outcome.Correct => 1,
            Outcome.Unscored => null,
            _ => 0,
        };

    /// <summary>A group from the rollouts of one prompt.</summary>
    /// <exception cref="ArgumentException">None, or of several prompts.</exception>
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
            [.. rollouts.Select(r => r.Outcome == Outcome.Truncated)]
        );
    }

    /// <summary>The group with a bonus for right verdicts: reward + weight · (true verdicts / verdicts that can be told true or false). A response
    /// without such a verdict gets none.</summary>
    /// <exception cref="InvalidOperationException">The group's blocks were not read.</exception>
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
                        * own.Where(b => b.IsReflection && b.Good is not null)
                            .Select(b => b.Good!.Value ? 1.0 : 0)
                            .DefaultIfEmpty(0)
                            .Average()
                    )
                ),
            ],
        };
    }
}
