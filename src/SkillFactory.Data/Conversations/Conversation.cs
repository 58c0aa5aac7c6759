using SkillFactory.Core.Traces;

namespace SkillFactory.Data.Conversations;

/// <summary>A training example as other trainers take it: turns of text. Which tokens carry loss is not part of these formats; traces
/// with a loss mask lose it here.</summary>
/// <param name="Id">Unique in its file; "row-N" where a file names none.</param>
/// <param name="QuestionId">The question, or null.</param>
/// <param name="Format">Trace format, or null.</param>
/// <param name="Turns">An optional system turn, then user and assistant in turn, ending with the assistant.</param>
public sealed record Conversation(string Id, string? QuestionId, string? Format, IReadOnlyList<ConversationTurn> Turns)
{
    /// <summary>What it was made from; null when that is not known. Written, but not read back.</summary>
    public ConversationLineage? Lineage { get; init; }

    public static Conversation Of(SilverTrace trace) =>
        new(
            trace.Id,
            trace.QuestionId,
            trace.Format,
            [
                .. trace.System is null ? Array.Empty<ConversationTurn>() : [new ConversationTurn(ConversationRoles.System, trace.System)],
                new ConversationTurn(ConversationRoles.User, trace.User),
                new ConversationTurn(ConversationRoles.Assistant, trace.Response),
            ]
        )
        {
            Lineage = new ConversationLineage(trace.Attempts, trace.AttemptCorrect, trace.Reflections),
        };
}

/// <param name="Role">One of <see cref="ConversationRoles"/>.</param>
public sealed record ConversationTurn(string Role, string Content);

/// <summary>What a trace was made from.</summary>
/// <param name="Attempts">Ids of its attempts, in order.</param>
/// <param name="AttemptCorrect">Whether each was right.</param>
/// <param name="Reflections">Ids of the reflections, in order.</param>
public sealed record ConversationLineage(
    IReadOnlyList<string> Attempts,
    IReadOnlyList<bool> AttemptCorrect,
    IReadOnlyList<string> Reflections
)
{
    /// <summary>Prompt variant of each attempt; null when not known.</summary>
    public IReadOnlyList<string>? Variants { get; init; }

    /// <summary>What made the attempts, and which version of its weights; null when not known.</summary>
    public string? Model { get; init; }

    /// <inheritdoc cref="Model"/>
    public long? WeightsVersion { get; init; }
}

/// <summary>Roles of turns, and what the ShareGPT format calls them.</summary>
public static class ConversationRoles
{
    public const string System = "system";
    public const string User = "user";
    public const string Assistant = "assistant";

    internal static IReadOnlyList<string> All { get; } = [System, User, Assistant];

    /// <summary>ShareGPT's names, in the order of <see cref="All"/>.</summary>
    internal static IReadOnlyList<string> ShareGptTags { get; } = ["system", "human", "gpt"];

    internal static string ToShareGpt(string role) => ShareGptTags[All.Index().Single(r => r.Item == role).Index];

    /// <summary>The role that either format calls so; null for an unknown name.</summary>
    internal static string? Parse(string tag) => All.Contains(tag) ? tag : All.FirstOrDefault(role => ToShareGpt(role) == tag);
}
