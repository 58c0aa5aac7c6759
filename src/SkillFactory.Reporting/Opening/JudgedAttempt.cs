namespace SkillFactory.Reporting.Opening;

/// <summary>An attempt of a response.</summary>
/// <param name="Correct">Whether it is correct; null when it could not be scored.</param>
/// <param name="Verdict">Correct or Incorrect: what the response says about it; null without a verdict.</param>
public sealed record JudgedAttempt(bool? Correct, string? Verdict);
