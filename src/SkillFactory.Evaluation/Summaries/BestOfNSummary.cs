using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>
/// The "summary" artifact of a best-of-n stage, as JSON: what a model that answers once reaches with n answers and somebody to choose.
/// The baseline for equal inference tokens. It follows from the rollouts and reflections beside it, so a reader that finds another version makes it again.
/// </summary>
public sealed record BestOfNSummary
{
    /// <summary>Version of this document's shape.</summary>
    public const int CurrentVersion = 2;

    public int SchemaVersion { get; init; } = CurrentVersion;

    public required double Confidence { get; init; }

    public required int Resamples { get; init; }

    /// <summary>One entry per task, level and n.</summary>
    public required IReadOnlyList<BestOfNLevel> Levels { get; init; }

    /// <summary>
    /// The samples of a question, in sample order, are cut into groups of n; a rest is not used. In each group an attempt counts as
    /// judged Correct when more of its reflections say Correct than Incorrect; the first such attempt is chosen, else the first attempt. A group
    /// with an unscored sample is left out and counted.
    /// </summary>
    /// <param name="answers">Graded answers of the model, n or more per question.</param>
    /// <param name="reflections">Reflections of them; <see cref="Rollout.Parent"/> is the id of the answer judged.</param>
    /// <param name="ns">Each n, at least 1.</param>
    /// <param name="settings">Confidence and resamples are used.</param>
    /// <param name="random">Key of the bootstrap.</param>
    public static BestOfNSummary Compute(
        IEnumerable<Rollout> answers,
        IEnumerable<Rollout> reflections,
        IReadOnlyList<int> ns,
        EvaluationSettings settings,
        KeyedRandom random
    )
    {
        var bootstrap = new Bootstrap(random, settings.Resamples, settings.Confidence);
        var byAttempt = reflections.Where(r => r.Parent is not null).ToLookup(r => r.Parent!, StringComparer.Ordinal);
        var levels = new List<BestOfNLevel>();
        foreach (var level in answers.GroupBy(a => (a.Task, a.Level)))
        {
            var questions = level
                .GroupBy(a => a.QuestionId, StringComparer.Ordinal)
                .Select(q => (q.Key, Samples: q.OrderBy(a => a.SampleIndex).ToList()))
                .ToList();
            foreach (var n in ns)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
                var results = questions
                    .Select(q => KeyValuePair.Create(q.Key, OfQuestion(q.Samples, n, byAttempt)))
                    .Where(q => q.Value.Groups + q.Value.LeftOut > 0)
                    .ToList();
                levels.Add(BestOfNLevel.Of(level.Key.Task, level.Key.Level, n, results, bootstrap));
            }
        }

        return new BestOfNSummary
        {
            Confidence = settings.Confidence,
            Resamples = settings.Resamples,
            Levels = levels,
        };
    }

    private static BestOfNResult OfQuestion(List<Rollout> samples, int n, ILookup<string, Rollout> reflections)
    {
        var sum = new BestOfNResult(0, 0, 0, 0, 0, 0, 0, 0, 0);
        foreach (var group in samples.Chunk(n).Where(g => g.Length == n))
        {
            if (group.Any(a => a.Outcome == Outcome.Unscored))
            {
                sum = sum with { LeftOut = sum.LeftOut + 1 };
                continue;
            }

            var judged = Array.FindIndex(group, a => SaysCorrect(reflections[a.Id]));
            var chosen = Math.Max(judged, 0);
            sum = new BestOfNResult(
                sum.Groups + 1,
                sum.LeftOut,
                sum.Single + group.Count(IsCorrect),
                sum.Majority + QuestionResult.Of(group).MajorityAt(n),
                sum.Verifier + (IsCorrect(group[chosen]) ? 1 : 0),
                sum.Oracle + (group.Any(IsCorrect) ? 1 : 0),
                sum.AnswerTokens + group.Sum(a => (long)a.TokenCount),
                sum.Tokens + group.Sum(Cost),
                // One after the other, one would stop at the first attempt judged Correct.
                sum.SequentialTokens + group.Take(judged < 0 ? n : judged + 1).Sum(Cost)
            );
        }

        return sum;

        long Cost(Rollout answer) => answer.TokenCount + reflections[answer.Id].Sum(c => (long)c.TokenCount);
    }

    private static bool IsCorrect(Rollout answer) => answer.Outcome == Outcome.Correct;

    private static bool SaysCorrect(IEnumerable<Rollout> reflections)
    {
        var balance = 0;
        foreach (var reflection in reflections)
        {
            balance += reflection.Verdict switch
            {
                true => 1,
                false => -1,
                null => 0,
            };
        }

        return balance > 0;
    }
}

/// <summary>How one of n answers is chosen.</summary>
public enum BestOfNChoice
{
    /// <summary>The first that the base model's own reflections call Correct, else the first.</summary>
    Reflection,

    /// <summary>The same answer, made and judged one after the other until one is called Correct: what follows is not paid for.</summary>
    ReflectionInTurn,

    /// <summary>The most frequent.</summary>
    Majority,
}

/// <summary>All groups of one question, as counts.</summary>
/// <param name="Groups">Groups of n that could be scored.</param>
/// <param name="LeftOut">Groups left out because a sample was unscored.</param>
/// <param name="Single">Correct answers over all samples of the groups (groups × n of them).</param>
/// <param name="Majority">Groups whose most frequent answer is correct; a tie counts by the share of its answers that are.</param>
/// <param name="Verifier">Groups whose chosen answer is correct.</param>
/// <param name="Oracle">Groups with any correct answer.</param>
/// <param name="AnswerTokens">Generated tokens of all answers: what a majority costs.</param>
/// <param name="Tokens">Generated tokens of all answers and all their reflections: what a choice by reflections costs.</param>
/// <param name="SequentialTokens">The same up to the chosen answer, when one stops at the first judged Correct.</param>
public sealed record BestOfNResult(
    int Groups,
    int LeftOut,
    int Single,
    double Majority,
    int Verifier,
    int Oracle,
    long AnswerTokens,
    long Tokens,
    long SequentialTokens
);

/// <summary>Best of n on one level. Intervals are over questions; token figures are per group, that is per final answer.</summary>
public sealed record BestOfNLevel
{
    public required string Task { get; init; }

    public required string Level { get; init; }

    public required int N { get; init; }

    public required int Questions { get; init; }

    /// <summary>Groups of n answers behind the figures.</summary>
    public required int Groups { get; init; }

    /// <summary>Groups left out because a sample was unscored.</summary>
    public required int LeftOut { get; init; }

    /// <summary>One answer.</summary>
    public Estimate? Single { get; init; }

    /// <summary>The most frequent of n, ties shared.</summary>
    public Estimate? Majority { get; init; }

    /// <summary>The first of n judged Correct, else the first.</summary>
    public Estimate? Verifier { get; init; }

    /// <summary>Any of n: the limit of every choice.</summary>
    public Estimate? Oracle { get; init; }

    /// <summary>Mean tokens of n answers.</summary>
    public Estimate? AnswerTokens { get; init; }

    /// <summary>Mean tokens of n answers and their reflections.</summary>
    public Estimate? Tokens { get; init; }

    /// <summary>Mean tokens when answers are made and judged one after the other until one is judged Correct.</summary>
    public Estimate? SequentialTokens { get; init; }

    /// <summary>Counts by question id; empty in a pooled one.</summary>
    public required IReadOnlyDictionary<string, BestOfNResult> PerQuestion { get; init; }

    /// <summary>Unites several runs (seeds) of the same task, level and n.</summary>
    public static BestOfNLevel Pool(IReadOnlyList<BestOfNLevel> runs, Bootstrap bootstrap)
    {
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count);
        return Of(runs[0].Task, runs[0].Level, runs[0].N, [.. runs.SelectMany(r => r.PerQuestion)], bootstrap);
    }

    /// <summary>Questions' shares of the answers that a choice among n gives.</summary>
    public IReadOnlyDictionary<string, Cluster> Clusters(BestOfNChoice choice) =>
        PerQuestion.ToDictionary(
            q => q.Key,
            q => new Cluster(choice == BestOfNChoice.Majority ? q.Value.Majority : q.Value.Verifier, q.Value.Groups),
            StringComparer.Ordinal
        );

    /// <summary>Mean tokens that a choice among n costs.</summary>
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
            LeftOut = results.Sum(r => r.Value.LeftOut),
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
