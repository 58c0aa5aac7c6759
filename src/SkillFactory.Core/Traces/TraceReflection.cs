using SkillFactory.Core.Sampling;
using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>A reflection on an attempt.</summary>
/// <param name="Verdict">True for Correct, false for Incorrect; null without a verdict.</param>
public sealed record TraceReflection(string Id, string Text, bool IsTruncated, bool? Verdict)
{
    public static TraceReflection Of(Rollout rollout) => Of(rollout.Id, rollout.Content, rollout.Outcome, rollout.Extracted);

    /// <summary>A reflection that the stage <c>reflect</c> graded.</summary>
    /// <param name="extracted">The verdict as text, or null.</param>
    public static TraceReflection Of(string id, string text, Outcome outcome, string? extracted) =>
        new(id, text, outcome == Outcome.Truncated, extracted is null ? null : Tags.ParseVerdict(extracted));

    /// <summary>A reflection from a data set without ids. The id is derived from the attempt's; the verdict is read from the
    /// text.</summary>
    /// <param name="attempt">Id of the attempt.</param>
    /// <param name="index">Index among the reflections of the attempt, from 0.</param>
    public static TraceReflection Of(string attempt, int index, string text) =>
        new($"{attempt}/reflection#{index}", text, IsTruncated: false, Tags.LastVerdict(text));
}
