using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>A valid row of the input: an attempt, or in rollouts also a reflection.</summary>
internal sealed record SourceRow
{
    /// <summary>"file:line" or "file, row N".</summary>
    public required string Place { get; init; }

    /// <summary>Hash of the row's content without the question. Distinguishes the attempts of a question that have no ids.</summary>
    public required ulong Digest { get; init; }

    /// <summary>The text of the question (raw schema) or its id (rollouts).</summary>
    public required string Question { get; init; }

    /// <summary>Rollouts: the id. Null in the raw schema.</summary>
    public string? Id { get; init; }

    /// <summary>Rollouts: the id of the attempt that a reflection belongs to; null for an attempt.</summary>
    public string? Parent { get; init; }

    /// <summary>Rollouts: the user message, if it was recorded. In the raw schema the question is the user message.</summary>
    public string? Prompt { get; init; }

    public required string Variant { get; init; }

    public required string Response { get; init; }

    /// <summary>Rollouts: the start of the response that the prompt already held; null for none.</summary>
    public string? Opening { get; init; }

    /// <summary>The response without the block that the prompt opened.</summary>
    public string Content => Opening is null ? Response : new ResponseOpening(Opening).Unwrap(Response);

    public required Outcome Outcome { get; init; }

    public string? Extracted { get; init; }

    public string? Canonical { get; init; }

    /// <summary>Raw schema: the texts of the reflections on this attempt.</summary>
    public IReadOnlyList<string> Reflections { get; init; } = [];

    public string? Gold { get; init; }

    public string? Task { get; init; }

    public string? Level { get; init; }

    public string? Model { get; init; }

    public long? WeightsVersion { get; init; }
}
