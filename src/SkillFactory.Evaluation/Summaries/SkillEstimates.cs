using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>Skill use as shares and means (see <see cref="SkillCounts"/> for what they count). Intervals are over questions, because the
/// responses to one question are not independent. The <see cref="Estimate.Count"/> of a share is its number of cases, e.g.
/// verdicts.</summary>
public sealed record SkillEstimates
{
    /// <summary>The counts that the estimates are computed from.</summary>
    public required SkillCounts Counts { get; init; }

    /// <summary>Attempts per response. A plain answer is one attempt.</summary>
    public Estimate? AttemptsPerResponse { get; init; }

    public Estimate? ReflectionsPerResponse { get; init; }

    public Estimate? WellFormed { get; init; }

    public Estimate? StopAfterCorrect { get; init; }

    public Estimate? StopAfterIncorrect { get; init; }

    public Estimate? CorrectPrecision { get; init; }

    public Estimate? CorrectRecall { get; init; }

    public Estimate? CorrectF1 { get; init; }

    public Estimate? IncorrectPrecision { get; init; }

    public Estimate? IncorrectRecall { get; init; }

    public Estimate? IncorrectF1 { get; init; }

    /// <summary>Prevalence: correct attempts among the judged ones. F1 is hard to interpret without it.</summary>
    public Estimate? RightAttempts { get; init; }

    public Estimate? FirstAttempt { get; init; }

    /// <summary>Accuracy of a model that stops at its first correct attempt.</summary>
    public Estimate? OracleStop { get; init; }

    /// <summary>Tokens per response of a model that stops at its first correct attempt.</summary>
    public Estimate? OracleTokens { get; init; }

    public Estimate? RightToWrong { get; init; }

    public Estimate? WrongToRight { get; init; }

    public Estimate? NearDuplicates { get; init; }

    /// <param name="runs">The summaries of one level, one per seed, not pooled.</param>
    /// <returns>Null when attempts were not graded.</returns>
    public static SkillEstimates? Of(IEnumerable<LevelSummary> runs, Bootstrap bootstrap)
    {
        List<SkillCounts> questions =
        [
            .. runs.SelectMany(r => r.PerQuestion)
                .Where(q => q.Value.Skills is not null)
                .GroupBy(q => q.Key, q => q.Value.Skills!, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => g.Aggregate((a, b) => a + b)),
        ];
        return questions.Count == 0
            ? null
            : new SkillEstimates
            {
                Counts = questions.Aggregate((a, b) => a + b),
                AttemptsPerResponse = Mean(s => new Cluster(s.Attempts, s.Responses)),
                ReflectionsPerResponse = Mean(s => new Cluster(s.Reflections, s.Responses)),
                WellFormed = Share(s => s.WellFormed),
                StopAfterCorrect = Share(s => s.StopAfterCorrect),
                StopAfterIncorrect = Share(s => s.StopAfterIncorrect),
                CorrectPrecision = Share(s => s.Judged.CorrectPrecision),
                CorrectRecall = Share(s => s.Judged.CorrectRecall),
                CorrectF1 = bootstrap.Share(Clusters(s => s.Judged.CorrectF1Parts)),
                IncorrectPrecision = Share(s => s.Judged.IncorrectPrecision),
                IncorrectRecall = Share(s => s.Judged.IncorrectRecall),
                IncorrectF1 = bootstrap.Share(Clusters(s => s.Judged.IncorrectF1Parts)),
                RightAttempts = Share(s => s.Judged.Right),
                FirstAttempt = Share(s => s.FirstAttempt),
                OracleStop = Share(s => s.AnyAttempt),
                OracleTokens = Mean(s => new Cluster(s.OracleTokens, s.OracleResponses)),
                RightToWrong = Share(s => s.RightToWrong),
                WrongToRight = Share(s => s.WrongToRight),
                NearDuplicates = Share(s => s.NearDuplicates),
            };

        Estimate? Mean(Func<SkillCounts, Cluster> of) => bootstrap.Ratio(Clusters(of));

        // The interval is over questions, but the reported count is that of the cases: it tells how often the event occurred.
        Estimate? Share(Func<SkillCounts, Proportion> of) =>
            bootstrap.Share(Clusters(s => new Cluster(of(s).Hits, of(s).Count))) is { } estimate
                ? estimate with
                {
                    Count = questions.Sum(s => of(s).Count),
                }
                : null;

        List<Cluster> Clusters(Func<SkillCounts, Cluster> of) => [.. questions.Select(of).Where(c => c.Weight > 0)];
    }
}
