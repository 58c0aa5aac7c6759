namespace SkillFactory.Core.Prompts;

/// <summary>One way to ask for a solution (paper E.2; the wording is ours).</summary>
/// <param name="Name">original, plan_and_execute, alternatively or rephrase; with the suffix "_hinted" when the prompt reveals the
/// answer.</param>
/// <param name="System">System message, or null for none.</param>
/// <param name="Suffix">Text appended to the question.</param>
public sealed record PromptVariant(string Name, string? System, string Suffix)
{
    public const string Original = "original";
    public const string PlanAndExecute = "plan_and_execute";
    public const string Alternatively = "alternatively";
    public const string Rephrase = "rephrase";

    public string UserMessage(string questionText) => questionText + Suffix;

    /// <summary>Returns a user message with the suffix exactly once.</summary>
    public string WithSuffix(string user) =>
        WithoutSuffix(user) is var bare && bare.Length > 0 && !char.IsWhiteSpace(bare[^1]) && !char.IsWhiteSpace(Suffix[0])
            ? UserMessage(bare + "\n")
            : UserMessage(bare);

    /// <summary>Returns a user message without the suffix.</summary>
    public string WithoutSuffix(string user) =>
        user.TrimEnd() is var text && text.EndsWith(Suffix.Trim(), StringComparison.Ordinal)
            ? text[..^Suffix.Trim().Length].TrimEnd()
            : text;
}
