namespace SkillFactory.Grading;

/// <param name="Outcome">The result.</param>
/// <param name="Extracted">The answer as read, or null when none was found.</param>
/// <param name="Reason">One sentence that says why the response is not correct; empty when it is.</param>
public sealed record Grade(Outcome Outcome, string? Extracted, string Reason)
{
    /// <summary>A canonical form of the answer for majority votes: the same text for all answers that the task treats as equal ("1/2" and
    /// "0.50"; "4*(8-6)" and "(8-6)*4"). Answers with the same text have the same outcome. Null when <see cref="Extracted"/> is already
    /// canonical, or when no answer was read.</summary>
    public string? Canonical { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsCorrect => Outcome == Outcome.Correct;
}
