using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Traces;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>Measures on responses to validation questions whether a model acts on its own verdicts: it should stop after Correct and try
/// again after Incorrect. No grader is needed.</summary>
/// <param name="StopAfterCorrect">P(stop | verdict Correct).</param>
/// <param name="StopAfterIncorrect">P(stop | verdict Incorrect).</param>
/// <param name="WellFormed">Share of responses that are well-formed traces.</param>
public sealed record GateCheck(Proportion StopAfterCorrect, Proportion StopAfterIncorrect, Proportion WellFormed)
{
    /// <summary>Whether all limits hold. When one of the verdicts never occurred, the gate does not hold.</summary>
    public bool Holds(SftGate gate) =>
        StopAfterCorrect.Value >= gate.MinStopAfterCorrect
        && StopAfterIncorrect.Value <= gate.MaxStopAfterIncorrect
        && (gate.MinWellFormed is not { } minimum || WellFormed.Value >= minimum);

    public static GateCheck Compute(IEnumerable<Rollout> rollouts)
    {
        var check = new GateCheck(Proportion.None, Proportion.None, Proportion.None);
        foreach (var rollout in rollouts)
        {
            var trace = ResponseTrace.Parse(rollout.Response, rollout.Outcome == Outcome.Truncated);
            var decisions = trace.Decisions().ToList();
            check = new GateCheck(
                check.StopAfterCorrect + SkillCounts.Stops(decisions, true),
                check.StopAfterIncorrect + SkillCounts.Stops(decisions, false),
                check.WellFormed.With(trace.IsWellFormed)
            );
        }

        return check;
    }
}
