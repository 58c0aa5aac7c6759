namespace SkillFactory.Core.Prompts;

/// <summary>One way to ask for a solution (paper E.2; the wording is ours).</summary>
/// <param name="Name">original, plan_and_execute, alternatively, rephrase; with "_hinted" behind it where the answer is given as a hint.</param>
/// <param name="System">System message, or null for none.</param>
/// <param name="Suffix">Appended to the question text.</param>
public sealed record PromptVariant(string Name, string? System, string Suffix)
{
    public const string Original = "original";
    public const string PlanAndExecute = "plan_and_execute";
    public const string Alternatively = "alternatively";
    public const string Rephrase = "rephrase";

    public string UserMessage(string questionText) => questionText + Suffix;

    /// <summary>A user message from elsewhere as this variant words it: with the suffix, once.</summary>
    public string Ask(string user) =>
        Bare(user) is var bare && bare.Length > 0 && !char.IsWhiteSpace(bare[^1]) && !char.IsWhiteSpace(Suffix[0])
            ? UserMessage(bare + "\n")
            : UserMessage(bare);

    /// <summary>The question of a user message: without the suffix, if it has it.</summary>
    public string Bare(string user) =>
        user.TrimEnd() is var text && text.EndsWith(Suffix.Trim(), StringComparison.Ordinal)
            ? text[..^Suffix.Trim().Length].TrimEnd()
            : text;
}
