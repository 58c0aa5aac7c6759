using SkillFactory.Core.Sampling;
using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>A reflection of an attempt.</summary>
public readonly struct TraceReflection
{
    private readonly string _id;
    private readonly int _index;
    private readonly bool? _verdict;

    /// <summary>A reflection without an id or a verdict of its own: it is called after the attempt, and the verdict is read from its text.
    /// Both when they are asked for, as there are many more reflections than are drawn.</summary>
    public TraceReflection(string attempt, int index, SourceText text) => (_id, _index, Text) = (attempt, index, text);

    /// <summary>A reflection with an id, judged already.</summary>
    /// <param name="verdict">The word that stands for it, or null.</param>
    public TraceReflection(string id, SourceText text, Outcome outcome, string? verdict) =>
        (_id, _index, Text, IsTruncated, _verdict) = (
            id,
            -1,
            text,
            outcome == Outcome.Truncated,
            verdict is null ? null : Tags.ParseVerdict(verdict)
        );

    public string Id => _index < 0 ? _id : $"{_id}/reflection#{_index}";

    public SourceText Text { get; }

    public bool IsTruncated { get; }

    /// <summary>True: it calls the attempt right; null: it does not say.</summary>
    public bool? Verdict => _index < 0 ? _verdict : Text.LastVerdict;

    internal static TraceReflection Of(Rollout rollout) =>
        new(rollout.Id, new SourceText(rollout.Response), rollout.Outcome, rollout.Extracted);
}
