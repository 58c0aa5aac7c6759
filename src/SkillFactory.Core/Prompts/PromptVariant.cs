namespace SkillFactory.Core.Prompts;

/// <summary>One way to ask for a solution (paper E.2; the wording is ours).</summary>
/// <param name="Name">original, plan_and_execute, alternatively, rephrase.</param>
/// <param name="System">System message, or null for none.</param>
/// <param name="Suffix">Appended to the question text.</param>
public sealed record PromptVariant(string Name, string? System, string Suffix)
{
    public const string Original = "original";
    public const string PlanAndExecute = "plan_and_execute";
    public const string Alternatively = "alternatively";
    public const string Rephrase = "rephrase";

    public string UserMessage(string questionText) => questionText + Suffix;
}
