namespace SkillFactory.Grading;

/// <summary>Rules that all graders share: a truncated response has no answer, and the last answer span is the answer.</summary>
public static class Answers
{
    private const int MaxShownLength = 200;

    /// <summary>Grades the answer of a response.</summary>
    /// <param name="gradeAnswer">Grades the content of the last answer span.</param>
    /// <param name="fallback">Finds the answer in a response without an answer span, for tasks that also accept another marker; returns
    /// null when there is none.</param>
    public static Grade Grade(string response, bool truncated, Func<string, Grade> gradeAnswer, Func<string, string?>? fallback = null)
    {
        if (truncated)
        {
            return new(Outcome.Truncated, null, "the response reached its length limit");
        }

        return (Tags.LastAnswer(response) ?? fallback?.Invoke(response)) is { } answer
            ? gradeAnswer(answer)
            : new(Outcome.Unparseable, null, "there is no answer span");
    }

    /// <summary>An answer as a grade shows it: trimmed, and cut after 200 characters.</summary>
    public static string Clip(string answer) =>
        answer.Trim() is var text && text.Length <= MaxShownLength ? text : text[..MaxShownLength] + "…";
}
