using SkillFactory.Core.Tasks;

namespace SkillFactory.Core.Prompts;

/// <summary>The shortest prompts that distinguish the variants, for models of about a million parameters. They have no system
/// messages.</summary>
public static class CompactPrompts
{
    public const string AttemptLead = "Attempt:";
    public const string JudgeRequest = "\nJudge it.";

    // Requests that only documents of the pretraining corpus make.
    public const string CheckRequest = "Check.";
    public const string SheetRequest = "Sheet.";
    public const string EachRequest = "Each.";
    public const string GiveRequest = "Give ";

    public static IReadOnlyList<PromptVariant> Variants { get; } =
    [
        new(PromptVariant.Original, null, "Solve."),
        new(PromptVariant.PlanAndExecute, null, "Plan first."),
        new(PromptVariant.Alternatively, null, "Name options."),
        new(PromptVariant.Rephrase, null, "Rephrase first."),
    ];

    public static (string? System, string User) Reflection(Question question, string attempt) =>
        (null, $"{question.Text}{AttemptLead}{attempt}{JudgeRequest}");
}
