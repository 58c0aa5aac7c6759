using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Traces;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>Whether the verdict drives what follows, measured on responses to validation questions. Needs no grader.</summary>
/// <param name="StopAfterCorrect">P(stop | it said Correct).</param>
/// <param name="StopAfterIncorrect">P(stop | it said Incorrect).</param>
/// <param name="WellFormed">Share of well-formed traces among the responses.</param>
public sealed record GateCheck(Proportion StopAfterCorrect, Proportion StopAfterIncorrect, Proportion WellFormed)
{
    /// <summary>All limits hold. A verdict that never occurred proves nothing, so the gate does not hold then.</summary>
    public bool Holds(SftGate gate) =>
        StopAfterCorrect.Value >= gate.MinStopAfterCorrect
        && StopAfterIncorrect.Value <= gate.MaxStopAfterIncorrect
        && (gate.MinWellFormed is not { } least || WellFormed.Value >= least);

    public static GateCheck Compute(IEnumerable<Rollout> rollouts)
    {
        var check = new GateCheck(Proportion.None, Proportion.None, Proportion.None);
        foreach (var rollout in rollouts)
        {
            var trace = ResponseTrace.Parse(rollout.Response, rollout.Outcome == Outcome.Truncated);
            var decisions = trace.Decisions().ToList();
            check = new GateCheck(
                check.StopAfterCorrect + SkillMetrics.Stops(decisions, true),
                check.StopAfterIncorrect + SkillMetrics.Stops(decisions, false),
                check.WellFormed.With(trace.IsWellFormed)
            );
        }

        return check;
    }
}
