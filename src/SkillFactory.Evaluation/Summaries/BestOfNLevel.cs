using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>Best of n on one level. Intervals are over questions. Token counts are per group, that is per final answer.</summary>
public sealed record BestOfNLevel
{
    public required string Task { get; init; }

    public required string Level { get; init; }

    public required int N { get; init; }

    public required int Questions { get; init; }

    /// <summary>Groups of n answers.</summary>
    public required int Groups { get; init; }

    /// <summary>Accuracy of a single answer.</summary>
    public Estimate? Single { get; init; }

    /// <summary>Accuracy of the most frequent of n answers. Ties count with the share of correct ones.</summary>
    public Estimate? Majority { get; init; }

    /// <summary>Accuracy of the first of n answers that is judged Correct; without one, of the first answer.</summary>
    public Estimate? Verifier { get; init; }

    /// <summary>Share of groups with a correct answer: the upper bound of every choice.</summary>
    public Estimate? Oracle { get; init; }

    /// <summary>Mean tokens of n answers.</summary>
    public Estimate? AnswerTokens { get; init; }

    /// <summary>Mean tokens of n answers and their reflections.</summary>
    public Estimate? Tokens { get; init; }

    /// <summary>Mean tokens when answers are generated and judged in turn until one is judged Correct.</summary>
    public Estimate? SequentialTokens { get; init; }

    /// <summary>Counts by question id. Empty when several runs were pooled.</summary>
    public required IReadOnlyDictionary<string, BestOfNResult> PerQuestion { get; init; }

    /// <summary>Pools several runs (seeds) of the same task, level and n.</summary>
    public static BestOfNLevel Pool(IReadOnlyList<BestOfNLevel> runs, Bootstrap bootstrap)
    {
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count);
        return Of(runs[0].Task, runs[0].Level, runs[0].N, [.. runs.SelectMany(r => r.PerQuestion)], bootstrap);
    }

    /// <summary>Correct groups and all groups of each question, by question id.</summary>
    public IReadOnlyDictionary<string, Cluster> Clusters(BestOfNChoice choice) =>
        PerQuestion.ToDictionary(
            q => q.Key,
            q => new Cluster(choice == BestOfNChoice.Majority ? q.Value.Majority : q.Value.Verifier, q.Value.Groups),
            StringComparer.Ordinal
        );

    /// <summary>Mean tokens of one final answer under a way to choose it.</summary>
    public Estimate? CostOf(BestOfNChoice choice) =>
        choice switch
        {
            BestOfNChoice.Reflection => Tokens,
            BestOfNChoice.ReflectionInTurn => SequentialTokens,
            _ => AnswerTokens,
        };

    internal static BestOfNLevel Of(
        string task,
        string level,
        int n,
        IReadOnlyList<KeyValuePair<string, BestOfNResult>> results,
        Bootstrap bootstrap
    )
    {
        var byQuestion = results
            .GroupBy(r => r.Key, r => r.Value, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .ToList();
        return new BestOfNLevel
        {
            Task = task,
            Level = level,
            N = n,
            Questions = byQuestion.Count,
            Groups = results.Sum(r => r.Value.Groups),
            Single = bootstrap.Share(Clusters(r => new Cluster(r.Single, r.Groups * n))),
            Majority = bootstrap.Share(Clusters(r => new Cluster(r.Majority, r.Groups))),
            Verifier = bootstrap.Share(Clusters(r => new Cluster(r.Verifier, r.Groups))),
            Oracle = bootstrap.Share(Clusters(r => new Cluster(r.Oracle, r.Groups))),
            AnswerTokens = bootstrap.Ratio(Clusters(r => new Cluster(r.AnswerTokens, r.Groups))),
            Tokens = bootstrap.Ratio(Clusters(r => new Cluster(r.Tokens, r.Groups))),
            SequentialTokens = bootstrap.Ratio(Clusters(r => new Cluster(r.SequentialTokens, r.Groups))),
            PerQuestion = byQuestion.All(g => g.Count() == 1)
                ? byQuestion.ToDictionary(g => g.Key, g => g.Single(), StringComparer.Ordinal)
                : new Dictionary<string, BestOfNResult>(),
        };

        List<Cluster> Clusters(Func<BestOfNResult, Cluster> of) =>
            [.. byQuestion.Select(g => g.Select(of).Aggregate((a, b) => a + b)).Where(c => c.Weight > 0)];
    }
}
