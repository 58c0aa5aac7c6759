namespace SkillFactory.Core.Grading;

/// <summary>What all graders do alike: a truncated response does not count, and the last answer span is the answer.</summary>
public static class Answers
{
    /// <param name="gradeAnswer">Grades the content of the last answer span.</param>
    public static Grade Grade(string response, bool truncated, Func<string, Grade> gradeAnswer)
    {
        if (truncated)
        {
            return new(Outcome.Truncated, null, "the response reached its length limit");
        }

        return Tags.LastAnswer(response) is { } answer
            ? gradeAnswer(answer)
            : new(Outcome.Unparseable, null, "there is no answer span");
    }
}
