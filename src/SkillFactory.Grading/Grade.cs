namespace SkillFactory.Grading;

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
    /// <summary>The same text for answers that the task takes as equal ("1/2" and "0.50"; "4*(8-6)" and "(8-6)*4"), so that votes for
    /// them count together. Answers with the same text have the same outcome. Null when <see cref="Extracted"/> itself is that text, or
    /// when no answer was read.</summary>
    public string? Canonical { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsCorrect => Outcome == Outcome.Correct;
}
