using SkillFactory.Grading;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>The values of a row from which a <see cref="SourceRow"/> is made.</summary>
internal readonly record struct SourceFields
{
    public required SourceField Question { get; init; }

    public SourceField Id { get; init; }

    public SourceField Parent { get; init; }

    public SourceField Prompt { get; init; }

    public required SourceField Variant { get; init; }

    public required SourceField Response { get; init; }

    public SourceField Opening { get; init; }

    public required Outcome Outcome { get; init; }

    public SourceField Extracted { get; init; }

    public SourceField Canonical { get; init; }

    /// <summary>A list of texts, or missing.</summary>
    public SourceField Reflections { get; init; }

    public SourceField Gold { get; init; }

    public SourceField Task { get; init; }

    public SourceField Level { get; init; }

    public SourceField Model { get; init; }

    public SourceField WeightsVersion { get; init; }
}

/// <summary>The value of a column, or a missing value.</summary>
/// <param name="Column">Name of the column; empty for a default value; null if the value is missing.</param>
/// <param name="Expected">What the value should be, for messages.</param>
internal readonly record struct SourceField(string? Column, RowValue Value, string Expected = "text");
