namespace SkillFactory.Core.Grading;

/// <summary>What a response came to. The five are reported apart.</summary>
public enum Outcome
{
    /// <summary>The last answer span is right.</summary>
    Correct,

    /// <summary>An answer was read, and it is not right.</summary>
    Wrong,

    /// <summary>The response ended by itself, and no answer could be read from it.</summary>
    Unparseable,

    /// <summary>The response hit its length limit; whatever it holds does not count.</summary>
    Truncated,

    /// <summary>The grader could not finish (time, resources). Never counted as zero: left out and reported.</summary>
    Unscored,
}

/// <param name="Outcome">What the response came to.</param>
/// <param name="Extracted">The answer as read, or null when none was found.</param>
/// <param name="Reason">One sentence for a person: why not correct; empty when correct.</param>
public sealed record Grade(Outcome Outcome, string? Extracted, string Reason)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsCorrect => Outcome == Outcome.Correct;
}
