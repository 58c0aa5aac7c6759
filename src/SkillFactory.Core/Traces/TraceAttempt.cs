using SkillFactory.Core.Sampling;
using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>A graded attempt with its reflections, reduced to what traces need.</summary>
public sealed record TraceAttempt
{
    public required string Id { get; init; }

    /// <summary>Prompt variant.</summary>
    public required string Variant { get; init; }

    public required Outcome Outcome { get; init; }

    public required string Response { get; init; }

    /// <summary>What stands in the sample block of a trace: the response, without a block that its prompt opened.</summary>
    public string Content
    {
        get => field ?? Response;
        init;
    }

    /// <summary>The answer that the grader extracted, or null.</summary>
    public string? Extracted { get; init; }

    /// <summary>See <see cref="Grade.Canonical"/>.</summary>
    public string? Canonical { get; init; }

    /// <summary>Its reflections, sorted by id.</summary>
    public IReadOnlyList<TraceReflection> Reflections { get; init; } = [];

    /// <summary>Share of its steps that are correct, in [0, 1]; null if the task cannot check steps. Part of the rank.</summary>
    public double? StepsRight { get; init; }

    /// <param name="attempt">A graded attempt.</param>
    /// <param name="reflections">Its reflections, whose <see cref="Rollout.Parent"/> is the attempt.</param>
    /// <param name="stepsRight">See <see cref="StepsRight"/>.</param>
    public static TraceAttempt Of(Rollout attempt, IEnumerable<Rollout> reflections, double? stepsRight = null) =>
        new()
        {
            Id = attempt.Id,
            Variant = attempt.Variant,
            Outcome = attempt.Outcome,
            Response = attempt.Response,
            Content = attempt.Content,
            Extracted = attempt.Extracted,
            Canonical = attempt.Canonical,
            Reflections = [.. reflections.OrderBy(r => r.Id, StringComparer.Ordinal).Select(TraceReflection.Of)],
            StepsRight = stepsRight,
        };
}
