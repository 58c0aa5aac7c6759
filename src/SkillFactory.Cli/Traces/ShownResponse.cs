using SkillFactory.Core.Recipes;
using SkillFactory.Data.Conversations;
using SkillFactory.Data.Rollouts;
using SkillFactory.Grading;

namespace SkillFactory.Cli.Traces;

/// <summary>A response of a run, or a silver trace, as <c>traces show</c> shows it and prints it as JSON.</summary>
/// <param name="Checkpoint">For evaluations, the evaluated checkpoint; otherwise empty.</param>
/// <param name="Question">The user message; null if the run did not keep it.</param>
/// <param name="Gold">The gold answer; null if the run did not keep it, and for a trace.</param>
/// <param name="Outcome">Null for a trace.</param>
/// <param name="Extracted">The answer that was read; null if there is none, and for a trace.</param>
/// <param name="Reason">Why the outcome is what it is; null for a trace.</param>
/// <param name="Tokens">Null for a trace.</param>
internal sealed record ShownResponse(
    string Id,
    long Seed,
    string Arm,
    string Stage,
    string Checkpoint,
    string? Question,
    string? Gold,
    string Response,
    Outcome? Outcome,
    string? Extracted,
    string? Reason,
    int? Tokens
)
{
    public static ShownResponse Of(RolloutRow row) =>
        new(
            row.Rollout.Id,
            row.Seed,
            row.Arm,
            row.Stage,
            row.Checkpoint,
            row.Prompt,
            row.Gold,
            row.Rollout.Response,
            row.Rollout.Outcome,
            row.Rollout.Extracted,
            row.Rollout.Reason,
            row.Rollout.TokenCount
        );

    public static ShownResponse Of(Conversation trace, long seed, string arm) =>
        new(
            trace.Id,
            seed,
            arm,
            trace.Format == StageNames.Given ? StageNames.Given : StageNames.Traces,
            "",
            string.Join("\n", trace.Turns.SkipLast(1).Select(t => t.Content)),
            null,
            trace.Turns[^1].Content,
            null,
            null,
            null,
            null
        );
}
