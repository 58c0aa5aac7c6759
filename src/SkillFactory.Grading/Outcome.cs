namespace SkillFactory.Grading;

/// <summary>The result of grading a response. Each of the five is reported separately. Every response counts, and only
/// <see cref="Correct"/> counts as correct.</summary>
public enum Outcome
{
    /// <summary>The last answer span is correct.</summary>
    Correct,

    /// <summary>An answer was read and is not correct.</summary>
    Wrong,

    /// <summary>The response is complete but no answer could be read from it: it has none, it is not in a notation of the task, or it
    /// exceeds a limit of the graders.</summary>
    Unparseable,

    /// <summary>The response reached its length limit. Its content does not count.</summary>
    Truncated,

    /// <summary>The grader failed: an error of its own, a gold answer beyond its limits, or two answers whose equality it cannot
    /// decide.</summary>
    Unscored,
}
