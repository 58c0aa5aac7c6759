using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>
/// The "summary" artifact of a best-of-n stage, as JSON: the accuracy that a model reaches when one of its n answers is chosen. This is the
/// baseline at equal inference tokens. The summary can be computed again from the rollouts and reflections of the same stage; readers do so
/// when they find another version.
/// </summary>
public sealed record BestOfNSummary
{
    /// <summary>Version of the JSON schema.</summary>
    public const int CurrentVersion = 3;

    public int SchemaVersion { get; init; } = CurrentVersion;

    public required double Confidence { get; init; }

    public required int Resamples { get; init; }

    /// <summary>One entry per task, level and n.</summary>
    public required IReadOnlyList<BestOfNLevel> Levels { get; init; }

    /// <summary>
    /// Splits the samples of each question, in sample order, into groups of n and ignores the remainder. An answer counts as judged Correct
    /// when more of its reflections say Correct than Incorrect. The first such answer of a group is chosen; without one, the first answer
    /// is.
    /// </summary>
    /// <param name="answers">Graded answers of the model, at least n per question.</param>
    /// <param name="reflections">Reflections on the answers. <see cref="Rollout.Parent"/> is the id of the judged answer.</param>
    /// <param name="ns">The values of n, each at least 1.</param>
    /// <param name="settings">Supplies the confidence level and the number of resamples.</param>
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
                    .Select(q => KeyValuePair.Create(q.Key, ResultOf(q.Samples, n, byAttempt)))
                    .Where(q => q.Value.Groups > 0)
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

    private static BestOfNResult ResultOf(List<Rollout> samples, int n, ILookup<string, Rollout> reflections)
    {
        var sum = new BestOfNResult();
        foreach (var group in samples.Chunk(n).Where(g => g.Length == n))
        {
            var firstJudgedCorrect = Array.FindIndex(group, a => IsJudgedCorrect(reflections[a.Id]));
            var chosen = Math.Max(firstJudgedCorrect, 0);
            sum = sum with
            {
                Groups = sum.Groups + 1,
                Single = sum.Single + group.Count(IsCorrect),
                Majority = sum.Majority + QuestionResult.Of(group).MajorityAt(n),
                Verifier = sum.Verifier + (IsCorrect(group[chosen]) ? 1 : 0),
                Oracle = sum.Oracle + (group.Any(IsCorrect) ? 1 : 0),
                AnswerTokens = sum.AnswerTokens + group.Sum(a => (long)a.TokenCount),
                Tokens = sum.Tokens + group.Sum(Cost),
                // In turn, the model stops at the first answer judged Correct.
                SequentialTokens = sum.SequentialTokens + group.Take(firstJudgedCorrect < 0 ? n : firstJudgedCorrect + 1).Sum(Cost),
            };
        }

        return sum;

        long Cost(Rollout answer) => answer.TokenCount + reflections[answer.Id].Sum(r => (long)r.TokenCount);
    }

    private static bool IsCorrect(Rollout answer) => answer.Outcome == Outcome.Correct;

    private static bool IsJudgedCorrect(IEnumerable<Rollout> reflections)
    {
        var votes = 0;
        foreach (var reflection in reflections)
        {
            votes += reflection.Verdict switch
            {
                true => 1,
                false => -1,
                null => 0,
            };
        }

        return votes > 0;
    }
}
