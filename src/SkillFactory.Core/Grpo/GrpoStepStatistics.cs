using SkillFactory.Core.Metrics;

namespace SkillFactory.Core.Grpo;

/// <summary>Figures of one rollout batch.</summary>
/// <param name="Reward">Mean reward of the scored responses.</param>
/// <param name="RewardStd">Mean over groups of the unbiased standard deviation inside the group.</param>
/// <param name="DeadShare">Share of groups whose rewards are all equal.</param>
/// <param name="MeanLength">Mean response tokens.</param>
/// <param name="MinLength">Fewest.</param>
/// <param name="MaxLength">Most.</param>
/// <param name="ClippedShare">Share of responses that hit their limit.</param>
/// <param name="MeanFinishedLength">Mean response tokens of those that ended by themselves; 0 when none did.</param>
/// <param name="UnscoredShare">Share of responses that could not be graded.</param>
/// <param name="Tokens">Response tokens in all.</param>
public sealed record GrpoStepStatistics(
    double Reward,
    double RewardStd,
    double DeadShare,
    double MeanLength,
    int MinLength,
    int MaxLength,
    double ClippedShare,
    double MeanFinishedLength,
    double UnscoredShare,
    long Tokens
)
{
    /// <exception cref="ArgumentException">No responses.</exception>
    public static GrpoStepStatistics Of(IReadOnlyList<ScoredGroup> groups)
    {
        var lengths = groups.SelectMany(g => g.Lengths).ToList();
        if (lengths.Count == 0)
        {
            throw new ArgumentException("A rollout batch holds responses.", nameof(groups));
        }

        var rewards = groups.SelectMany(g => g.Rewards).ToList();
        var truncated = groups.SelectMany(g => g.Truncated).ToList();
        return new GrpoStepStatistics(
            GroupAdvantage.Moments(rewards).Mean,
            groups.Average(g => GroupAdvantage.Moments(g.Rewards).Std),
            groups.Average(g => GroupAdvantage.IsDead(g.Rewards) ? 1.0 : 0),
            lengths.Average(),
            lengths.Min(),
            lengths.Max(),
            truncated.Average(t => t ? 1.0 : 0),
            lengths.Where((_, i) => !truncated[i]).Select(l => (double)l).DefaultIfEmpty(0).Average(),
            rewards.Average(r => r is null ? 1.0 : 0),
            lengths.Sum(l => (long)l)
        );
    }

    /// <summary>The values of a <see cref="MetricRow"/>.</summary>
    public IReadOnlyDictionary<string, double> ToValues() =>
        new Dictionary<string, double>
        {
            [MetricNames.Reward] = Reward,
            [MetricNames.RewardStd] = RewardStd,
            [MetricNames.DeadGroups] = DeadShare,
            [MetricNames.MeanLength] = MeanLength,
            [MetricNames.MinLength] = MinLength,
            [MetricNames.MaxLength] = MaxLength,
            [MetricNames.ClippedLength] = ClippedShare,
            [MetricNames.MeanTerminatedLength] = MeanFinishedLength,
            [MetricNames.Unscored] = UnscoredShare,
            [MetricNames.Tokens] = Tokens,
        };
}
