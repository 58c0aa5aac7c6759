namespace SkillFactory.Core.Traces;

/// <summary>One SFT example: a user message and the assistant's trace, in segments that say which tokens carry loss.</summary>
/// <param name="Id">Deterministic: question id, repeat and the format's label (for most formats the number of attempts).</param>
/// <param name="QuestionId">The question.</param>
/// <param name="System">System message, or null.</param>
/// <param name="User">The "original" prompt of the question, whatever prompt variants its attempts were sampled with.</param>
/// <param name="Segments">The assistant's text in order. Their concatenation is the response without the end token.</param>
/// <param name="Attempts">Rollout ids of the attempts, in order. A rollout names its prompt and the version of the weights that generated
/// it.</param>
/// <param name="Reflections">Rollout ids of the reflections, in order; empty in a format without reflections.</param>
/// <param name="AttemptCorrect">Correctness of each attempt.</param>
/// <param name="Format">Name of its trace format.</param>
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
    /// <summary>Index of the attempt whose answer is the final answer; null for the last attempt.</summary>
    public int? Answer { get; init; }

    /// <summary>Rank of each attempt; null unless attempts were drawn by rank.</summary>
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
/// <param name="Kind">One of <see cref="SegmentKinds"/>.</param>
/// <param name="Loss">Whether its tokens carry loss.</param>
public sealed record TraceSegment(string Text, string Kind, bool Loss);
