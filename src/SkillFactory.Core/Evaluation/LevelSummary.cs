using SkillFactory.Core.Grading;
using SkillFactory.Core.Statistics;

namespace SkillFactory.Core.Evaluation;

/// <summary>All samples of one question, as counts.</summary>
/// <param name="Samples">Responses.</param>
/// <param name="Scored">Of them graded (all but <see cref="Outcome.Unscored"/>).</param>
/// <param name="Correct">Of the scored ones, correct.</param>
/// <param name="Finished">Responses that ended by themselves.</param>
/// <param name="Tokens">Tokens generated over all samples.</param>
/// <param name="Majority">Whether the most frequent answer is correct (<see cref="Statistics.Majority.Winner"/>).</param>
public sealed record QuestionResult(int Samples, int Scored, int Correct, int Finished, long Tokens, bool Majority);

/// <summary>One model on one level of one task. Intervals are over questions.</summary>
public sealed record LevelSummary
{
    public required string Task { get; init; }

    public required string Level { get; init; }

    /// <summary>Distinct questions.</summary>
    public required int Questions { get; init; }

    /// <summary>Responses over all questions (and seeds, when pooled).</summary>
    public required int Samples { get; init; }

    /// <summary>Responses by outcome; all five are listed. Unscored ones are in no figure below but tokens and finished.</summary>
    public required IReadOnlyDictionary<Outcome, int> Outcomes { get; init; }

    /// <summary>mean@k: correct among the scored responses. Null when nothing was scored.</summary>
    public Estimate? Accuracy { get; init; }

    /// <summary>Unbiased pass@k for each reported k up to the samples per question, over the questions with at least k scored samples.</summary>
    public required IReadOnlyDictionary<int, Estimate> PassAtK { get; init; }

    /// <summary>Share of questions whose most frequent answer is correct.</summary>
    public Estimate? Majority { get; init; }

    /// <summary>Mean tokens per response, the end token included.</summary>
    public Estimate? Tokens { get; init; }

    /// <summary>Share of responses that ended by themselves.</summary>
    public Estimate? Finished { get; init; }

    /// <summary>Use of the skills; null when attempts were not graded.</summary>
    public SkillMetrics? Skills { get; init; }

    /// <summary>Counts by question id: what paired tests and pooling need. Empty when several runs were pooled.</summary>
    public required IReadOnlyDictionary<string, QuestionResult> PerQuestion { get; init; }

    /// <summary>Unites several runs (seeds) on one level: a question that occurs in several is one unit with all its samples.</summary>
    /// <param name="runs">At least one, all of the same task and level, each with its counts per question.</param>
    /// <param name="bootstrap">Makes the intervals.</param>
    public static LevelSummary Pool(IReadOnlyList<LevelSummary> runs, Bootstrap bootstrap)
    {
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count);
        return Of(
            runs[0].Task,
            runs[0].Level,
            [.. runs.SelectMany(r => r.PerQuestion)],
            Enum.GetValues<Outcome>().ToDictionary(o => o, o => runs.Sum(r => r.Outcomes.GetValueOrDefault(o))),
            runs.All(r => r.Skills is not null) ? runs.Select(r => r.Skills!).Aggregate((a, b) => a + b) : null,
            bootstrap);
    }

    /// <summary>Accuracy of <paramref name="left"/> minus that of <paramref name="right"/> on the questions both answered in the same
    /// run, paired by question; null when they share none.</summary>
    /// <param name="left">Runs of one model, one per seed.</param>
    /// <param name="right">Runs of the other, seed by seed.</param>
    public static Estimate? AccuracyDifference(IReadOnlyList<LevelSummary> left, IReadOnlyList<LevelSummary> right, Bootstrap bootstrap) =>
        Difference(left, right, bootstrap, q => new Cluster(q.Correct, q.Scored));

    /// <summary>The same for pass@k, over the questions with at least k scored samples in both.</summary>
    public static Estimate? PassAtKDifference(IReadOnlyList<LevelSummary> left, IReadOnlyList<LevelSummary> right, int k, Bootstrap bootstrap) =>
        Difference(left, right, bootstrap, q => q.Scored < k ? default : new Cluster(Statistics.PassAtK.Unbiased(q.Scored, q.Correct, k), 1));

    internal static LevelSummary Of(
        string task,
        string level,
        IReadOnlyList<KeyValuePair<string, QuestionResult>> results,
        IReadOnlyDictionary<Outcome, int> outcomes,
        SkillMetrics? skills,
        Bootstrap bootstrap)
    {
        var byQuestion = results.GroupBy(r => r.Key, r => r.Value, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        var most = results.Count == 0 ? 0 : results.Max(r => r.Value.Scored);
        var passAtK = new Dictionary<int, Estimate>();
        foreach (var k in Statistics.PassAtK.Reported.Where(k => k <= most))
        {
            var clusters = byQuestion
                .Select(g => g.Where(q => q.Scored >= k).ToList())
                .Where(g => g.Count > 0)
                .Select(g => new Cluster(g.Sum(q => Statistics.PassAtK.Unbiased(q.Scored, q.Correct, k)), g.Count));
            if (bootstrap.Share([.. clusters]) is { } estimate)
            {
                passAtK[k] = estimate;
            }
        }

        return new LevelSummary
        {
            Task = task,
            Level = level,
            Questions = byQuestion.Count,
            Samples = results.Sum(r => r.Value.Samples),
            Outcomes = outcomes,
            Accuracy = bootstrap.Share(Clusters(q => new Cluster(q.Correct, q.Scored))),
            PassAtK = passAtK,
            Majority = bootstrap.Share(Clusters(q => q.Scored == 0 ? default : new Cluster(q.Majority ? 1 : 0, 1))),
            Tokens = bootstrap.Ratio(Clusters(q => new Cluster(q.Tokens, q.Samples))),
            Finished = bootstrap.Share(Clusters(q => new Cluster(q.Finished, q.Samples))),
            Skills = skills,
            PerQuestion = byQuestion.All(g => g.Count() == 1) ? byQuestion.ToDictionary(g => g.Key, g => g.Single(), StringComparer.Ordinal) : new Dictionary<string, QuestionResult>(),
        };

        // A question without any weight (nothing scored) is no unit.
        List<Cluster> Clusters(Func<QuestionResult, Cluster> of) =>
            [.. byQuestion.Select(g => g.Select(of).Aggregate((a, b) => a + b)).Where(c => c.Weight > 0)];
    }

    private static Estimate? Difference(IReadOnlyList<LevelSummary> left, IReadOnlyList<LevelSummary> right, Bootstrap bootstrap, Func<QuestionResult, Cluster> of) =>
        PairedQuestions.Difference(left.Zip(right, (a, b) => (a.Clusters(of), b.Clusters(of))), bootstrap);

    internal IReadOnlyDictionary<string, Cluster> Clusters(Func<QuestionResult, Cluster> of) =>
        PerQuestion.ToDictionary(q => q.Key, q => of(q.Value), StringComparer.Ordinal);
}
