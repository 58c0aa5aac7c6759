namespace SkillFactory.Grading;

/// <summary>The result of grading a response. Each of the five is reported separately.</summary>
public enum Outcome
{
    /// <summary>The last answer span is correct.</summary>
    Correct,

    /// <summary>An answer was read and is not correct.</summary>
    Wrong,

    /// <summary>The response is complete but no answer could be read from it.</summary>
    Unparseable,

    /// <summary>The response reached its length limit. Its content does not count.</summary>
    Truncated,

    /// <summary>The grader could not finish within its limits. Such a response is excluded and reported, never counted as wrong.</summary>
    Unscored,
}
