using SkillFactory.Grading;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>The columns of a row that make a <see cref="SourceRow"/>, not yet decoded: rows go from the input to the spool without a string
/// on the way.</summary>
internal readonly record struct SourceFields
{
    public required SourceField Question { get; init; }

    public SourceField Id { get; init; }

    public SourceField Parent { get; init; }

    public SourceField Prompt { get; init; }

    public required SourceField Variant { get; init; }

    public required SourceField Response { get; init; }

    public required Outcome Outcome { get; init; }

    public SourceField Extracted { get; init; }

    public SourceField Canonical { get; init; }

    /// <summary>A list of texts, or nothing.</summary>
    public SourceField Reflections { get; init; }

    public SourceField Gold { get; init; }

    public SourceField Task { get; init; }

    public SourceField Level { get; init; }

    public SourceField Model { get; init; }

    public SourceField WeightsVersion { get; init; }
}

/// <summary>A column's value, or nothing.</summary>
/// <param name="Column">The column, or what stands for one; null: nothing.</param>
/// <param name="Value">Its value.</param>
/// <param name="Expected">What it should be, for messages.</param>
internal readonly record struct SourceField(string? Column, RowValue Value, string Expected = "text");
