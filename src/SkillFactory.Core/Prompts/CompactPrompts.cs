using SkillFactory.Core.Tasks;

namespace SkillFactory.Core.Prompts;

/// <summary>The shortest prompts that still tell the variants apart, for models of about a million parameters. No system messages.</summary>
public static class CompactPrompts
{
    public const string AttemptLead = "Attempt:";
    public const string JudgeRequest = "\nJudge it.";

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
