using SkillFactory.Grading;

namespace SkillFactory.Reporting.Report;

/// <summary>An example response.</summary>
/// <param name="Question">Text of the question, or null when the evaluation did not store it.</param>
/// <param name="Selection">The rule that selected this response.</param>
public sealed record SampleTrace(
    string Model,
    long Seed,
    string Task,
    string Level,
    string RolloutId,
    string? Question,
    Outcome Outcome,
    string? Extracted,
    string Reason,
    int Tokens,
    string Response,
    string Selection
);
