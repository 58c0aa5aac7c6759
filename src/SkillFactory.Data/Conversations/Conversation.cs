using SkillFactory.Core.Traces;

namespace SkillFactory.Data.Conversations;

/// <summary>A training example in the form that other trainers read: turns of text. These formats do not say which tokens carry loss, so a
/// trace loses its loss mask.</summary>
/// <param name="Id">Unique in its file; "row-N" if the file has no ids.</param>
/// <param name="QuestionId">The question, or null.</param>
/// <param name="Format">Trace format, or null.</param>
/// <param name="Turns">An optional system turn, then alternating user and assistant turns, ending with the assistant.</param>
public sealed record Conversation(string Id, string? QuestionId, string? Format, IReadOnlyList<ConversationTurn> Turns)
{
    /// <summary>Its lineage; null if unknown. Written, but not read back.</summary>
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

/// <summary>The rollouts that a trace was built from.</summary>
/// <param name="Attempts">Ids of its attempts, in order.</param>
/// <param name="AttemptCorrect">Whether each attempt is correct.</param>
/// <param name="Reflections">Ids of the reflections, in order.</param>
public sealed record ConversationLineage(
    IReadOnlyList<string> Attempts,
    IReadOnlyList<bool> AttemptCorrect,
    IReadOnlyList<string> Reflections
)
{
    /// <summary>Prompt variant of each attempt; null if unknown.</summary>
    public IReadOnlyList<string>? Variants { get; init; }

    /// <summary>The model, and the version of its weights, that generated the attempts; null if unknown.</summary>
    public string? Model { get; init; }

    /// <inheritdoc cref="Model"/>
    public long? WeightsVersion { get; init; }
}

/// <summary>Roles of turns, and their names in the ShareGPT format.</summary>
public static class ConversationRoles
{
    public const string System = "system";
    public const string User = "user";
    public const string Assistant = "assistant";

    internal static IReadOnlyList<string> All { get; } = [System, User, Assistant];

    /// <summary>ShareGPT's names, in the order of <see cref="All"/>.</summary>
    internal static IReadOnlyList<string> ShareGptTags { get; } = ["system", "human", "gpt"];

    internal static string ToShareGpt(string role) => ShareGptTags[All.Index().Single(r => r.Item == role).Index];

    /// <summary>The role for a name in either format; null for an unknown name. OpenAI's newer models call the system developer.</summary>
    internal static string? Parse(string tag) =>
        All.Contains(tag) ? tag
        : tag == "developer" ? System
        : All.FirstOrDefault(role => ToShareGpt(role) == tag);
}
