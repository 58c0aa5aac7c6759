namespace SkillFactory.Grading;

/// <summary>What all graders do alike: a truncated response does not count, and the last answer span is the answer.</summary>
public static class Answers
{
    private const int LongestShown = 200;

    /// <param name="gradeAnswer">Grades the content of the last answer span.</param>
    /// <param name="otherwise">Finds the answer in a response without an answer span, where the task has another sign for it; null when
    /// there is none.</param>
    public static Grade Grade(string response, bool truncated, Func<string, Grade> gradeAnswer, Func<string, string?>? otherwise = null)
    {
        if (truncated)
        {
            return new(Outcome.Truncated, null, "the response reached its length limit");
        }

        return (Tags.LastAnswer(response) ?? otherwise?.Invoke(response)) is { } answer
            ? gradeAnswer(answer)
            : new(Outcome.Unparseable, null, "there is no answer span");
    }

    /// <summary>An answer as it is shown in a grade: trimmed and not too long.</summary>
    public static string Clip(string answer) =>
        answer.Trim() is var text && text.Length <= LongestShown ? text : text[..LongestShown] + "…";
}
