using SkillFactory.Core.Planning;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>The "summary" artifact of an evaluation: one model on every set, as JSON. It follows from the rollouts and questions beside it, so a
/// reader that finds another version makes it again.</summary>
public sealed record EvaluationSummary
{
    /// <summary>Version of this document's shape.</summary>
    public const int CurrentVersion = 3;

    public int SchemaVersion { get; init; } = CurrentVersion;

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
    /// <param name="settings">Confidence, resamples and response limits are used.</param>
    /// <param name="random">Key of the bootstrap.</param>
    public static EvaluationSummary Compute(IEnumerable<Rollout> rollouts, EvaluationSettings settings, KeyedRandom random) =>
        Compute(rollouts, settings, random, _ => null);

    /// <summary>Summarises responses and how they use the skills, grading each attempt by itself.</summary>
    /// <param name="questions">The questions by id.</param>
    /// <param name="grade">Grades one attempt's text.</param>
    public static EvaluationSummary Compute(
        IEnumerable<Rollout> rollouts,
        EvaluationSettings settings,
        KeyedRandom random,
        IReadOnlyDictionary<string, Question> questions,
        Func<Question, string, Grade> grade
    ) => Compute(rollouts, settings, random, samples => SkillMetrics.Compute(samples, questions, grade));

    private static EvaluationSummary Compute(
        IEnumerable<Rollout> rollouts,
        EvaluationSettings settings,
        KeyedRandom random,
        Func<IReadOnlyCollection<Rollout>, SkillMetrics?> skills
    )
    {
        var bootstrap = new Bootstrap(random, settings.Resamples, settings.Confidence);
        return new EvaluationSummary
        {
            Confidence = settings.Confidence,
            Resamples = settings.Resamples,
            Levels =
            [
                .. rollouts
                    .GroupBy(r => (r.Task, r.Level))
                    .Select(level =>
                        LevelSummary.Of(
                            level.Key.Task,
                            level.Key.Level,
                            settings.ResponseLimitOf(level.Key.Task, level.Key.Level),
                            [
                                .. level
                                    .GroupBy(r => r.QuestionId, StringComparer.Ordinal)
                                    .Select(q =>
                                    {
                                        List<Rollout> samples = [.. q.OrderBy(r => r.SampleIndex)];
                                        return KeyValuePair.Create(q.Key, QuestionResult.Of(samples, skills(samples)));
                                    }),
                            ],
                            bootstrap
                        )
                    ),
            ],
        };
    }
}
