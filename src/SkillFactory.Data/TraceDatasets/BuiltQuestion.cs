using System.Text.Json.Serialization;
using SkillFactory.Core.Traces;
using SkillFactory.Data.Conversations;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>What became of one question.</summary>
/// <param name="Conversations">Its traces as conversations.</param>
/// <param name="Traces">Its traces in segments, where those are written; else none.</param>
/// <param name="Sources">The attempts that occur in them.</param>
/// <param name="Prompt">The question as a prompt for RL; null where it was left out.</param>
/// <param name="Yield">What the filters let through.</param>
/// <param name="Problems">Rows, or the question as a whole, that could not be used.</param>
internal sealed record BuiltQuestion(
    IReadOnlyList<Conversation> Conversations,
    IReadOnlyList<SilverTrace> Traces,
    IReadOnlyList<AttemptSource> Sources,
    RlPrompt? Prompt,
    TraceYield Yield,
    IReadOnlyList<RowProblem> Problems
);

/// <summary>Where an attempt of a trace comes from: the end of the lineage.</summary>
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
