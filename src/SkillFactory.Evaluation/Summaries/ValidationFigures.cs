using SkillFactory.Core.Metrics;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Traces;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>Metrics of an evaluation during training, for the step whose weights gave the responses. A share without cases has no
/// entry.</summary>
public static class ValidationFigures
{
    /// <summary>Share of correct responses.</summary>
    public const string Accuracy = MetricNames.EvalAccuracy;

    /// <summary>Number of responses.</summary>
    public const string Responses = MetricNames.EvalResponses;

    public const string WellFormed = MetricNames.EvalWellFormed;

    public const string StopAfterCorrect = MetricNames.EvalStopAfterCorrect;

    public const string StopAfterIncorrect = MetricNames.EvalStopAfterIncorrect;

    /// <summary>Attempts per response.</summary>
    public const string Attempts = MetricNames.EvalAttempts;

    /// <summary>Tokens per response.</summary>
    public const string Length = MetricNames.EvalLength;

    /// <summary>Computes the metrics above, "eval/finished" (share of responses that ended before the limit) and "eval/reflections_mean".
    /// For several levels, also "eval/accuracy/TASK/LEVEL".</summary>
    /// <param name="rollouts">At least one response, all of one model.</param>
    public static IReadOnlyDictionary<string, double> Of(IReadOnlyCollection<Rollout> rollouts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rollouts.Count);
        var check = GateCheck.Compute(rollouts);
        var traces = rollouts.Select(r => ResponseTrace.Parse(r.Response, r.Outcome == Outcome.Truncated)).ToList();
        var values = new Dictionary<string, double>
        {
            [Responses] = rollouts.Count,
            [Length] = rollouts.Average(r => r.TokenCount),
            [MetricNames.EvalFinished] = rollouts.Average(r => r.Outcome == Outcome.Truncated ? 0.0 : 1),
            [Attempts] = traces.Average(t => t.Attempts.Count()),
            [MetricNames.EvalReflections] = traces.Average(t => t.Reflections.Count()),
        };
        Share(Accuracy, CorrectOf(rollouts));
        Share(WellFormed, check.WellFormed);
        Share(StopAfterCorrect, check.StopAfterCorrect);
        Share(StopAfterIncorrect, check.StopAfterIncorrect);
        var levels = rollouts
            .GroupBy(r => (r.Task, r.Level))
            .OrderBy(g => g.Key.Task, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Level, StringComparer.Ordinal)
            .ToList();
        foreach (var level in levels.Count > 1 ? levels : [])
        {
            Share($"{Accuracy}/{level.Key.Task}/{level.Key.Level}", CorrectOf(level));
        }

        return values;

        void Share(string name, Proportion share)
        {
            if (share.Value is { } value)
            {
                values[name] = value;
            }
        }

        static Proportion CorrectOf(IEnumerable<Rollout> rollouts) =>
            rollouts.Aggregate(Proportion.None, (sum, r) => sum.With(r.Outcome == Outcome.Correct));
    }
}
