using SkillFactory.Core.Traces;
using SkillFactory.Grading;
using SkillFactory.Tables.TextFiles;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>A row of an input, checked, as it waits for the other rows of its question. Its long texts are not decoded before somebody asks.</summary>
internal sealed record SourceRow
{
    public required TextFile File { get; init; }

    /// <summary>Line or row of its file.</summary>
    public required long Number { get; init; }

    /// <summary>Where it stands: "file:line" or "file, row N".</summary>
    public string Place => File.PlaceOf(Number);

    /// <summary>Says the same of rows with the same content, wherever they stand. Tells a question's attempts apart; nobody gains by two that
    /// are the same.</summary>
    public required ulong Digest { get; init; }

    /// <summary>What rows of one question have in common: its text (raw schema) or its id (rollouts).</summary>
    public required string Question { get; init; }

    /// <summary>Rollouts: the id; null in the raw schema, whose rows have none.</summary>
    public string? Id { get; init; }

    /// <summary>Rollouts: the attempt that a reflection judges; null for an attempt.</summary>
    public string? Parent { get; init; }

    /// <summary>Rollouts: the user message, where it was kept. In the raw schema the question is the user message.</summary>
    public string? Prompt { get; init; }

    public required string Variant { get; init; }

    public required SourceText Response { get; init; }

    public required Outcome Outcome { get; init; }

    public string? Extracted { get; init; }

    public string? Canonical { get; init; }

    /// <summary>Raw schema: the reflections of this attempt, not yet taken apart (<see cref="SourceRowReader.Reflections"/>).</summary>
    public ReadOnlyMemory<byte> Reflections { get; init; }

    public string? Gold { get; init; }

    public string? Task { get; init; }

    public string? Level { get; init; }

    public string? Model { get; init; }

    public long? WeightsVersion { get; init; }
}
