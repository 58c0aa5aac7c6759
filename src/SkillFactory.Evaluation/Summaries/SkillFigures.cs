using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>Use of the skills as shares and means, with intervals over questions: responses of one question are not independent.</summary>
/// <param name="Counts">The plain counts behind the figures.</param>
/// <param name="AttemptsPerResponse">A plain answer is one attempt.</param>
/// <param name="RightAttempts">Prevalence: right attempts among the judged. Without it an F1 cannot be read.</param>
/// <param name="OracleStop">Accuracy of a model that stops at its first right attempt: any attempt right.</param>
/// <param name="OracleTokens">Tokens per response of such a model.</param>
public sealed record SkillFigures(
    SkillMetrics Counts,
    Estimate? AttemptsPerResponse,
    Estimate? ReflectionsPerResponse,
    Estimate? WellFormed,
    Estimate? StopAfterCorrect,
    Estimate? StopAfterIncorrect,
    Estimate? CorrectPrecision,
    Estimate? CorrectRecall,
    Estimate? CorrectF1,
    Estimate? IncorrectPrecision,
    Estimate? IncorrectRecall,
    Estimate? IncorrectF1,
    Estimate? RightAttempts,
    Estimate? FirstAttempt,
    Estimate? OracleStop,
    Estimate? OracleTokens,
    Estimate? RightToWrong,
    Estimate? WrongToRight,
    Estimate? NearDuplicates
)
{
    /// <param name="runs">One level's summaries, one per seed, with their questions.</param>
    /// <returns>Null when attempts were not graded.</returns>
    public static SkillFigures? Of(IEnumerable<LevelSummary> runs, Bootstrap bootstrap)
    {
        List<SkillMetrics> questions =
        [
            .. runs.SelectMany(r => r.PerQuestion)
                .Where(q => q.Value.Skills is not null)
                .GroupBy(q => q.Key, q => q.Value.Skills!, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => g.Aggregate((a, b) => a + b)),
        ];
        return questions.Count == 0
            ? null
            : new SkillFigures(
                questions.Aggregate((a, b) => a + b),
                Mean(s => new Cluster(s.Attempts, s.Responses)),
                Mean(s => new Cluster(s.Reflections, s.Responses)),
                Share(s => s.WellFormed),
                Share(s => s.StopAfterCorrect),
                Share(s => s.StopAfterIncorrect),
                Share(s => s.Judged.CorrectPrecision),
                Share(s => s.Judged.CorrectRecall),
                bootstrap.Share(Clusters(s => s.Judged.CorrectF1Parts)),
                Share(s => s.Judged.IncorrectPrecision),
                Share(s => s.Judged.IncorrectRecall),
                bootstrap.Share(Clusters(s => s.Judged.IncorrectF1Parts)),
                Share(s => s.Judged.Right),
                Share(s => s.FirstAttempt),
                Share(s => s.AnyAttempt),
                Mean(s => new Cluster(s.OracleTokens, s.OracleResponses)),
                Share(s => s.RightToWrong),
                Share(s => s.WrongToRight),
                Share(s => s.NearDuplicates)
            );

        Estimate? Mean(Func<SkillMetrics, Cluster> of) => bootstrap.Ratio(Clusters(of));

        // The interval is over questions; what a reader wants to know beside it is how often the thing happened.
        Estimate? Share(Func<SkillMetrics, Proportion> of) =>
            bootstrap.Share(Clusters(s => new Cluster(of(s).Hits, of(s).Count))) is { } estimate
                ? estimate with
                {
                    Count = questions.Sum(s => of(s).Count),
                }
                : null;

        List<Cluster> Clusters(Func<SkillMetrics, Cluster> of) => [.. questions.Select(of).Where(c => c.Weight > 0)];
    }
}
