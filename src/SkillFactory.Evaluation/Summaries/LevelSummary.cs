using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>One model on one level of one task. Intervals are over questions.</summary>
public sealed record LevelSummary
{
    public required string Task { get; init; }

    public required string Level { get; init; }

    /// <summary>Response limit in tokens.</summary>
    public required int ResponseLimit { get; init; }

    /// <summary>Distinct questions.</summary>
    public required int Questions { get; init; }

    /// <summary>Responses to all questions, of all seeds when pooled.</summary>
    public required int Samples { get; init; }

    /// <summary>Responses by outcome, with an entry for each of the five outcomes.</summary>
    public required IReadOnlyDictionary<Outcome, int> Outcomes { get; init; }

    /// <summary>mean@k: share of correct responses among all of them. Null without responses.</summary>
    public Estimate? Accuracy { get; init; }

    /// <summary>Unbiased pass@k by k, over the questions with at least k samples. Has each reported k for which there are such
    /// questions.</summary>
    public required IReadOnlyDictionary<int, Estimate> PassAtK { get; init; }

    /// <summary>majority@k by k > 1, over the same questions as pass@k. Ties count with the share of correct answers.</summary>
    public required IReadOnlyDictionary<int, Estimate> MajorityAtK { get; init; }

    /// <summary>Mean tokens per response, including the end token.</summary>
    public Estimate? Tokens { get; init; }

    /// <summary>Share of responses that ended before the limit.</summary>
    public Estimate? Finished { get; init; }

    /// <summary>Distribution of the tokens per response.</summary>
    public Distribution? Lengths { get; init; }

    /// <summary>Skill use, or null when attempts were not graded.</summary>
    public SkillCounts? Skills { get; init; }

    /// <summary>Samples by question id, for paired tests and pooling. Empty when several runs were pooled.</summary>
    public required IReadOnlyDictionary<string, QuestionResult> PerQuestion { get; init; }

    /// <summary>Pools several runs (seeds) on one level. A question that occurs in several runs is one unit with all its samples.</summary>
    /// <param name="runs">At least one run, all of the same task and level, none of them pooled already.</param>
    /// <param name="bootstrap">Computes the intervals.</param>
    public static LevelSummary Pool(IReadOnlyList<LevelSummary> runs, Bootstrap bootstrap)
    {
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count);
        return Of(runs[0].Task, runs[0].Level, runs.Max(r => r.ResponseLimit), [.. runs.SelectMany(r => r.PerQuestion)], bootstrap);
    }

    internal static LevelSummary Of(
        string task,
        string level,
        int responseLimit,
        IReadOnlyList<KeyValuePair<string, QuestionResult>> results,
        Bootstrap bootstrap
    )
    {
        var byQuestion = results
            .GroupBy(r => r.Key, r => r.Value, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .ToList();
        return new LevelSummary
        {
            Task = task,
            Level = level,
            ResponseLimit = responseLimit,
            Questions = byQuestion.Count,
            Samples = results.Sum(r => r.Value.Samples),
            Outcomes = Enum.GetValues<Outcome>().ToDictionary(o => o, o => results.Sum(r => r.Value.Count(o))),
            Accuracy = bootstrap.Share(Clusters(Measures.Accuracy)),
            PassAtK = AtK(k => Measures.PassAtK(k), 1),
            MajorityAtK = AtK(k => Measures.MajorityAtK(k), 2),
            Tokens = bootstrap.Ratio(Clusters(Measures.Tokens)),
            Finished = bootstrap.Share(Clusters(Measures.Finished)),
            Lengths = Distribution.Of(results.SelectMany(r => r.Value.Tokens).Select(t => (double)t), responseLimit),
            Skills =
                results.Count > 0 && results.All(r => r.Value.Skills is not null)
                    ? results.Select(r => r.Value.Skills!).Aggregate((a, b) => a + b)
                    : null,
            PerQuestion = byQuestion.All(g => g.Count() == 1)
                ? byQuestion.ToDictionary(g => g.Key, g => g.Single(), StringComparer.Ordinal)
                : new Dictionary<string, QuestionResult>(),
        };

        // A question without samples has no weight and is not a unit.
        List<Cluster> Clusters(Measure of) =>
            [.. byQuestion.Select(g => g.Select(q => of(q)).Aggregate((a, b) => a + b)).Where(c => c.Weight > 0)];

        Dictionary<int, Estimate> AtK(Func<int, Measure> of, int minimum)
        {
            var maximum = results.Count == 0 ? 0 : results.Max(r => r.Value.Samples);
            return Statistics
                .PassAtK.Reported.Where(k => k >= minimum && k <= maximum)
                .Select(k => (k, Estimate: bootstrap.Share(Clusters(of(k)))))
                .Where(e => e.Estimate is not null)
                .ToDictionary(e => e.k, e => e.Estimate!);
        }
    }

    /// <summary>A measure of every question, by question id.</summary>
    public IReadOnlyDictionary<string, Cluster> Clusters(Measure of) =>
        PerQuestion.ToDictionary(q => q.Key, q => of(q.Value), StringComparer.Ordinal);
}
