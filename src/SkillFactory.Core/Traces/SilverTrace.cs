namespace SkillFactory.Core.Traces;

/// <summary>One SFT example: a user message and the assistant's trace, in segments that say which tokens carry loss.</summary>
/// <param name="Id">Deterministic: question id, repeat, the format's label (its length in most). Lineage goes on from the rollout ids: a
/// rollout names its prompt and the version of the weights that made it.</param>
/// <param name="QuestionId">The question.</param>
/// <param name="System">System message, or null.</param>
/// <param name="User">The "original" prompt of the question, whatever variants its attempts were made with.</param>
/// <param name="Segments">The assistant's text in order; concatenated they are the response (without the end token).</param>
/// <param name="Attempts">Rollout ids of the attempts, in order. Lineage.</param>
/// <param name="Reflections">Rollout ids of the reflections, in order; empty in a format without reflections.</param>
/// <param name="AttemptCorrect">Correctness of each attempt.</param>
/// <param name="Format">Trace format that made it.</param>
public sealed record SilverTrace(
    string Id,
    string QuestionId,
    string? System,
    string User,
    IReadOnlyList<TraceSegment> Segments,
    IReadOnlyList<string> Attempts,
    IReadOnlyList<string> Reflections,
    IReadOnlyList<bool> AttemptCorrect,
    string Format
)
{
    /// <summary>Index of the attempt whose answer is the answer; null: the last one.</summary>
    public int? Answer { get; init; }

    /// <summary>Rank of each attempt, where they were drawn by rank; else null.</summary>
    public IReadOnlyList<AttemptRank>? Ranks { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public string Response => string.Create(Segments.Sum(s => s.Text.Length), Segments, (to, segments) =>
        {
            foreach (var segment in segments)
            {
                segment.Text.CopyTo(to);
                to = to[segment.Text.Length..];
            }
        });
}

/// <param name="Text">Part of the response.</param>
/// <param name="Kind">What it is: tag, attempt, reflection, glue, ending, answer.</param>
/// <param name="Loss">Whether its tokens carry loss.</param>
public sealed record TraceSegment(string Text, string Kind, bool Loss);
