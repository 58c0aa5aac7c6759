using SkillFactory.Core.Grading;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Statistics;
using SkillFactory.Core.Tasks;

namespace SkillFactory.Core.Evaluation;

/// <summary>The "summary" artifact of an evaluation: one model on every set, as JSON.</summary>
public sealed record EvaluationSummary
{
    /// <summary>Only 1 exists.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Confidence level of the intervals.</summary>
    public required double Confidence { get; init; }

    /// <summary>Bootstrap resamples behind the intervals.</summary>
    public required int Resamples { get; init; }

    /// <summary>In the order in which task and level first occur among the rollouts.</summary>
    public required IReadOnlyList<LevelSummary> Levels { get; init; }

    /// <summary>The level, or null when it was not evaluated.</summary>
    public LevelSummary? Find(string task, string level) => Levels.FirstOrDefault(l => l.Task == task && l.Level == level);

    /// <summary>Summarises responses, without grading single attempts.</summary>
    /// <param name="rollouts">Graded responses of one model, any number of samples per question.</param>
    /// <param name="settings">Confidence and resamples are used.</param>
    /// <param name="random">Key of the bootstrap.</param>
    public static EvaluationSummary Compute(IEnumerable<Rollout> rollouts, EvaluationSettings settings, KeyedRandom random) =>
        Compute(rollouts, settings, random, null);

    /// <summary>Summarises responses and how they use the skills, grading each attempt by itself.</summary>
    /// <param name="questions">The questions by id.</param>
    /// <param name="grade">Grades one attempt's text.</param>
    public static EvaluationSummary Compute(
        IEnumerable<Rollout> rollouts,
        EvaluationSettings settings,
        KeyedRandom random,
        IReadOnlyDictionary<string, Question> questions,
        Func<Question, string, Grade> grade) =>
        Compute(rollouts, settings, random, level => SkillMetrics.Compute(level, questions, grade));

    private static EvaluationSummary Compute(IEnumerable<Rollout> rollouts, EvaluationSettings settings, KeyedRandom random, Func<IEnumerable<Rollout>, SkillMetrics>? skills)
    {
        var bootstrap = new Bootstrap(random, settings.Resamples, settings.Confidence);
        return new EvaluationSummary
        {
            Confidence = settings.Confidence,
            Resamples = settings.Resamples,
            Levels = [.. rollouts.GroupBy(r => (r.Task, r.Level)).Select(level => Summarise(level.Key.Task, level.Key.Level, [.. level], skills?.Invoke(level), bootstrap))],
        };
    }

    private static LevelSummary Summarise(string task, string level, IReadOnlyList<Rollout> rollouts, SkillMetrics? skills, Bootstrap bootstrap) => LevelSummary.Of(
        task,
        level,
        [.. rollouts.GroupBy(r => r.QuestionId, StringComparer.Ordinal).Select(q => KeyValuePair.Create(q.Key, OfQuestion([.. q.OrderBy(r => r.SampleIndex)])))],
        Enum.GetValues<Outcome>().ToDictionary(o => o, o => rollouts.Count(r => r.Outcome == o)),
        skills,
        bootstrap);

    private static QuestionResult OfQuestion(IReadOnlyList<Rollout> samples)
    {
        var scored = samples.Where(r => r.Outcome != Outcome.Unscored).ToList();
        // What a cut-off response holds does not count, so it has no vote either.
        var winner = Majority.Winner([.. scored.Select(r => r.Outcome == Outcome.Truncated ? null : r.Canonical ?? r.Extracted)]);
        return new QuestionResult(
            samples.Count,
            scored.Count,
            scored.Count(r => r.Outcome == Outcome.Correct),
            samples.Count(r => r.Outcome != Outcome.Truncated),
            samples.Sum(r => (long)r.TokenCount),
            winner >= 0 && scored[winner].Outcome == Outcome.Correct);
    }
}
