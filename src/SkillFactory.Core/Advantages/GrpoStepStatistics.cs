using SkillFactory.Core.Metrics;
using SkillFactory.Grading;

namespace SkillFactory.Core.Advantages;

/// <summary>Statistics of one rollout batch. Lengths are in response tokens.</summary>
/// <param name="Reward">Mean reward.</param>
/// <param name="RewardStd">Mean over groups of the unbiased standard deviation within the group.</param>
/// <param name="DeadShare">Share of groups whose rewards are all equal.</param>
/// <param name="MeanLength">Mean length.</param>
/// <param name="MinLength">Smallest length.</param>
/// <param name="MaxLength">Largest length.</param>
/// <param name="ClippedShare">Share of responses that reached their length limit.</param>
/// <param name="MeanFinishedLength">Mean length of the responses below their limit; 0 when there are none.</param>
/// <param name="UnscoredShare">Share of responses that could not be graded.</param>
/// <param name="Tokens">Total number of response tokens.</param>
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
    /// <exception cref="ArgumentException">There are no responses.</exception>
    public static GrpoStepStatistics Of(IReadOnlyList<ScoredGroup> groups)
    {
        var lengths = groups.SelectMany(g => g.Lengths).ToList();
        if (lengths.Count == 0)
        {
            throw new ArgumentException("A rollout batch holds responses.", nameof(groups));
        }

        var rewards = groups.SelectMany(g => g.Rewards).ToList();
        var outcomes = groups.SelectMany(g => g.Outcomes).ToList();
        return new GrpoStepStatistics(
            GroupAdvantage.Moments(rewards).Mean,
            groups.Average(g => GroupAdvantage.Moments(g.Rewards).Std),
            groups.Average(g => GroupAdvantage.IsDead(g.Rewards) ? 1.0 : 0),
            lengths.Average(),
            lengths.Min(),
            lengths.Max(),
            outcomes.Average(o => o == Outcome.Truncated ? 1.0 : 0),
            lengths.Where((_, i) => outcomes[i] != Outcome.Truncated).Select(l => (double)l).DefaultIfEmpty(0).Average(),
            outcomes.Average(o => o == Outcome.Unscored ? 1.0 : 0),
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
