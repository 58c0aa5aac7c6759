using System.Text.Json.Serialization;
using SkillFactory.Core.Traces;
using SkillFactory.Data.Conversations;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>The result of building one question.</summary>
/// <param name="Conversations">Its traces as conversations.</param>
/// <param name="Traces">Its traces in segments; empty if that format is not written.</param>
/// <param name="Sources">Sources of the attempts in the traces.</param>
/// <param name="Prompt">The question as a prompt for RL; null if the question was skipped.</param>
/// <param name="Yield">Counts of the filters.</param>
/// <param name="Problems">Skipped rows, or the skipped question.</param>
/// <param name="Repeated">Rows that repeat another in full and are skipped.</param>
internal sealed record BuiltQuestion(
    IReadOnlyList<Conversation> Conversations,
    IReadOnlyList<SilverTrace> Traces,
    IReadOnlyList<AttemptSource> Sources,
    RlPrompt? Prompt,
    TraceYield Yield,
    IReadOnlyList<RowProblem> Problems,
    long Repeated
)
{
    /// <summary>Whether it was skipped because the held-out files have it too.</summary>
    public bool IsHeldOut { get; init; }
}

/// <summary>Source of an attempt of a trace, for lineage.</summary>
internal sealed record AttemptSource(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("question_id")] string QuestionId,
    [property: JsonPropertyName("source")] string Place,
    [property: JsonPropertyName("variant")] string Variant,
    [property: JsonPropertyName("correct")] bool Correct,
    [property: JsonPropertyName("extracted")] string? Extracted,
    [property: JsonPropertyName("model")] string? Model,
    [property: JsonPropertyName("weights_version")] long? WeightsVersion
);
