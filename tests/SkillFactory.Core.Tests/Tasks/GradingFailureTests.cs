using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks;

/// <summary>What happens when a grader cannot finish.</summary>
public sealed class GradingFailureTests
{
    [Fact]
    public void An_unexpected_error_leaves_the_response_unscored_with_the_reason()
    {
        var grade = Grade(_ => throw new FormatException("no digit"));
        Assert.Equal(
            (Outcome.Unscored, "12", "the grader failed: FormatException: no digit"),
            (grade.Outcome, grade.Extracted, grade.Reason)
        );
        Assert.Equal(Outcome.Unscored, Grade(_ => throw new OutOfMemoryException()).Outcome);
        Assert.Equal(Outcome.Unscored, Grade(_ => throw new UndecidedException("too close")).Outcome);
    }

    [Fact]
    public void An_error_while_the_answer_is_searched_leaves_the_response_unscored() =>
        Assert.Equal(
            (Outcome.Unscored, null),
            Graded(new Failing(_ => throw new InvalidOperationException()), "no span") is var grade
                ? (grade.Outcome, grade.Extracted)
                : default
        );

    [Fact]
    public void A_limit_that_a_response_exceeds_is_its_own_failure()
    {
        var grade = Grade(_ => throw new LimitExceededException("a deep nest"));
        Assert.Equal(
            (Outcome.Unparseable, "12", "it exceeds a limit of the graders: a deep nest"),
            (grade.Outcome, grade.Extracted, grade.Reason)
        );
    }

    [Fact]
    public void A_gold_that_cannot_be_used_is_an_error_of_the_user() =>
        Assert.Throws<UserErrorException>(() => Grade(_ => throw new UserErrorException("row 7")));

    [Fact]
    public void A_truncated_response_is_not_graded() =>
        Assert.Equal(
            Outcome.Truncated,
            ((ITask)new Failing(_ => throw new FormatException()))
                .Grade(new("q", "f", "", "", ""), "<answer>12</answer>", truncated: true)
                .Outcome
        );

    private static Grade Grade(Func<string, Grade> grader) => Graded(new Failing(grader), "<answer>12</answer>");

    private static Grade Graded(ITask task, string response) => task.Grade(new("q", "f", "", "", ""), response, truncated: false);

    private sealed class Failing(Func<string, Grade> grader) : ITask
    {
        public string Name => "failing";

        public IReadOnlyList<Question> Generate(QuestionSpec spec, Split split, int count, KeyedRandom random) => [];

        Grade ITask.GradeAnswer(Question question, string answer) => grader(answer);

        string? ITask.AnswerOutsideSpan(string response) => grader(response).Extracted;

        public void Validate(Question question) { }
    }
}
