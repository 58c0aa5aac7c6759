using SkillFactory.Core.Planning;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>The "summary" artifact of an evaluation, as JSON: one model on every question set. It can be computed again from the rollouts
/// and questions of the same stage; readers do so when they find another version.</summary>
public sealed record EvaluationSummary
{
    /// <summary>Version of the JSON schema.</summary>
    public const int CurrentVersion = 4;

    public int SchemaVersion { get; init; } = CurrentVersion;

    /// <summary>Confidence level of the intervals.</summary>
    public required double Confidence { get; init; }

    /// <summary>Bootstrap resamples of the intervals.</summary>
    public required int Resamples { get; init; }

    /// <summary>Levels in the order of their first rollout.</summary>
    public required IReadOnlyList<LevelSummary> Levels { get; init; }

    /// <summary>Finds a level. Null when it was not evaluated.</summary>
    public LevelSummary? Find(string task, string level) => Levels.FirstOrDefault(l => l.Task == task && l.Level == level);

    /// <summary>Summarises responses without grading their attempts.</summary>
    /// <param name="rollouts">Graded responses of one model, with any number of samples per question.</param>
    /// <param name="settings">Supplies the confidence level, the number of resamples and the response limits.</param>
    /// <param name="random">Key of the bootstrap.</param>
    public static EvaluationSummary Compute(IEnumerable<Rollout> rollouts, EvaluationSettings settings, KeyedRandom random) =>
        Compute(rollouts, settings, random, _ => null);

    /// <summary>Summarises responses and their skill use. Grades each attempt on its own.</summary>
    /// <param name="questions">The questions by id.</param>
    /// <param name="grade">Grades the text of one attempt.</param>
    public static EvaluationSummary Compute(
        IEnumerable<Rollout> rollouts,
        EvaluationSettings settings,
        KeyedRandom random,
        IReadOnlyDictionary<string, Question> questions,
        Func<Question, string, Grade> grade
    ) => Compute(rollouts, settings, random, samples => SkillCounts.Compute(samples, questions, grade));

    private static EvaluationSummary Compute(
        IEnumerable<Rollout> rollouts,
        EvaluationSettings settings,
        KeyedRandom random,
        Func<IReadOnlyCollection<Rollout>, SkillCounts?> skills
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
