using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>Rank of an attempt among the attempts of its question that have the same correctness.</summary>
/// <param name="Place">From 1, which is the best of its class (correct or wrong).</param>
/// <param name="Score">Mean of the known terms below, in [0, 1].</param>
/// <param name="Consistency">Share of the verdicts on the attempt that agree with its correctness. Truncated reflections do not
/// count.</param>
/// <param name="Agreement">Share of the question's other answers that equal this answer; null if there are no others.</param>
/// <param name="Steps">Share of its steps that are correct; null if the task cannot check steps.</param>
public sealed record AttemptRank(int Place, double Score, double Consistency, double? Agreement, double? Steps);

/// <summary>
/// Ranks attempts by internal consistency. Correct and wrong attempts are ranked separately, because the trace format decides how many of
/// each a trace has. Ties are broken by id.
/// </summary>
internal static class AttemptRanking
{
    /// <param name="usable">The attempts to rank; the result has the same order.</param>
    /// <param name="all">All graded attempts of the question. Their answers count for the agreement.</param>
    public static List<UsableAttempt> Rank(IReadOnlyList<UsableAttempt> usable, IReadOnlyList<TraceAttempt> all)
    {
        var votes = all.Select(a => (Attempt: a, Answer: Tags.LastAnswer(a.Response) ?? a.Extracted))
            .Where(a => a.Answer is not null)
            .CountBy(a => NearDuplicates.Answer(a.Attempt, a.Answer!), StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        var voters = votes.Values.Sum();
        var scored = usable.Select(a => (Attempt: a, Rank: Score(a))).ToList();
        var places = scored
            .GroupBy(s => s.Attempt.Correct)
            .SelectMany(same => same.OrderByDescending(s => s.Rank.Score).ThenBy(s => s.Attempt.Attempt.Id, StringComparer.Ordinal).Index())
            .ToDictionary(s => s.Item.Attempt.Attempt.Id, s => s.Index + 1, StringComparer.Ordinal);
        return [.. scored.Select(s => s.Attempt with { Rank = s.Rank with { Place = places[s.Attempt.Attempt.Id] } })];

        AttemptRank Score(UsableAttempt attempt)
        {
            var verdicts = attempt.Attempt.Reflections.Where(r => !r.IsTruncated).Select(r => r.Verdict).OfType<bool>().ToList();
            var consistency = (double)verdicts.Count(v => v == attempt.Correct) / verdicts.Count;
            double? agreement = voters > 1 ? (votes[NearDuplicates.Answer(attempt.Attempt, attempt.Answer)] - 1.0) / (voters - 1) : null;
            var score = new[] { consistency, agreement, attempt.Attempt.StepsRight }.OfType<double>().Average();
            return new AttemptRank(0, score, consistency, agreement, attempt.Attempt.StepsRight);
        }
    }
}
