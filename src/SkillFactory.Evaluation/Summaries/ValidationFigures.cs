using SkillFactory.Core.Metrics;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Traces;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>An evaluation during training as metrics of the step whose weights answered. What has no case is left out, never zero.</summary>
public static class ValidationFigures
{
    /// <summary>Correct of the scored responses.</summary>
    public const string Accuracy = MetricNames.EvalAccuracy;

    /// <summary>Scored responses.</summary>
    public const string Scored = MetricNames.EvalScored;

    public const string WellFormed = MetricNames.EvalWellFormed;

    public const string StopAfterCorrect = MetricNames.EvalStopAfterCorrect;

    public const string StopAfterIncorrect = MetricNames.EvalStopAfterIncorrect;

    /// <summary>Attempts per response.</summary>
    public const string Attempts = MetricNames.EvalAttempts;

    /// <summary>Tokens per response.</summary>
    public const string Length = MetricNames.EvalLength;

    /// <summary>The figures above; "eval/finished" (ended by themselves), "eval/reflections_mean"; and, where several levels were asked,
    /// "eval/accuracy/TASK/LEVEL" of each.</summary>
    /// <param name="rollouts">At least one response, one model.</param>
    public static IReadOnlyDictionary<string, double> Of(IReadOnlyCollection<Rollout> rollouts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rollouts.Count);
        var check = GateCheck.Compute(rollouts);
        var traces = rollouts.Select(r => ResponseTrace.Parse(r.Response, r.Outcome == Outcome.Truncated)).ToList();
        var values = new Dictionary<string, double>
        {
            [Scored] = rollouts.Count(r => r.Outcome != Outcome.Unscored),
            [Length] = rollouts.Average(r => r.TokenCount),
            [MetricNames.EvalFinished] = rollouts.Average(r => r.Outcome == Outcome.Truncated ? 0.0 : 1),
            [Attempts] = traces.Average(t => t.Attempts.Count()),
            [MetricNames.EvalReflections] = traces.Average(t => t.Reflections.Count()),
        };
        Share(Accuracy, Right(rollouts));
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
            Share($"{Accuracy}/{level.Key.Task}/{level.Key.Level}", Right(level));
        }

        return values;

        void Share(string name, Proportion share)
        {
            if (share.Value is { } value)
            {
                values[name] = value;
            }
        }

        static Proportion Right(IEnumerable<Rollout> rollouts) =>
            rollouts
                .Where(r => r.Outcome != Outcome.Unscored)
                .Aggregate(Proportion.None, (sum, r) => sum.With(r.Outcome == Outcome.Correct));
    }
}
