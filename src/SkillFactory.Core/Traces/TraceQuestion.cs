using SkillFactory.Core.Grading;
using SkillFactory.Core.Sampling;

namespace SkillFactory.Core.Traces;

/// <summary>A question's attempts with only what traces need of them, from wherever they come.</summary>
/// <inheritdoc cref="QuestionAttempts"/>
internal sealed record TraceQuestion(string QuestionId, string? System, string User, IReadOnlyList<TraceAttempt> Attempts)
{
    public static TraceQuestion Of(QuestionAttempts question) =>
        new(question.QuestionId, question.System, question.User, [.. question.Attempts.Select(TraceAttempt.Of)]);
}

/// <summary>A graded attempt.</summary>
public sealed record TraceAttempt
{
    public required string Id { get; init; }

    /// <summary>Prompt variant.</summary>
    public required string Variant { get; init; }

    public required Outcome Outcome { get; init; }

    public required SourceText Response { get; init; }

    /// <summary>The answer that the grader read, or null.</summary>
    public string? Extracted { get; init; }

    /// <summary>See <see cref="Grade.Canonical"/>.</summary>
    public string? Canonical { get; init; }

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<TraceCritique> Critiques { get; init; } = [];

    /// <inheritdoc cref="JudgedAttempt"/>
    public double? StepsRight { get; init; }

    internal static TraceAttempt Of(JudgedAttempt judged) => new()
    {
        Id = judged.Attempt.Id,
        Variant = judged.Attempt.Variant,
        Outcome = judged.Attempt.Outcome,
        Response = new SourceText(judged.Attempt.Response),
        Extracted = judged.Attempt.Extracted,
        Canonical = judged.Attempt.Canonical,
        Critiques = [.. judged.Reflections.OrderBy(r => r.Id, StringComparer.Ordinal).Select(TraceCritique.Of)],
        StepsRight = judged.StepsRight,
    };
}

/// <summary>A critique of an attempt.</summary>
public sealed class TraceCritique
{
    private readonly string _id;
    private readonly int _index;
    private readonly bool? _verdict;

    /// <summary>A critique without an id or a verdict of its own: it is called after the attempt, and the verdict is read from its text.
    /// Both when they are asked for, as there are many more critiques than are drawn.</summary>
    public TraceCritique(string attempt, int index, SourceText text) => (_id, _index, Text) = (attempt, index, text);

    /// <summary>A critique with an id, judged already.</summary>
    /// <param name="verdict">The word that stands for it, or null.</param>
    public TraceCritique(string id, SourceText text, Outcome outcome, string? verdict) =>
        (_id, _index, Text, IsTruncated, _verdict) = (id, -1, text, outcome == Outcome.Truncated, verdict is null ? null : Tags.ParseVerdict(verdict));

    public string Id => _index < 0 ? _id : $"{_id}/reflection#{_index}";

    public SourceText Text { get; }

    public bool IsTruncated { get; }

    /// <summary>True: it calls the attempt right; null: it does not say.</summary>
    public bool? Verdict => _index < 0 ? _verdict : Tags.LastVerdict(Text.Utf8);

    internal static TraceCritique Of(Rollout rollout) => new(rollout.Id, new SourceText(rollout.Response), rollout.Outcome, rollout.Extracted);
}
