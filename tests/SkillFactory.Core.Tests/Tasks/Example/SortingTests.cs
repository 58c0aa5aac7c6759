using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks.Example;

/// <summary>Shows what the tests of a task should cover, for the example in docs/reference/tasks.md.</summary>
public class SortingTests
{
    private static readonly SortingTask Task = new();
    private static readonly ITask Grader = Task;

    [Fact]
    public void Questions_are_distinct_solvable_and_the_same_for_the_same_key()
    {
        var questions = Draw(Split.Test, 50);
        Assert.Equal(50, questions.Select(q => q.Id).Distinct().Count());
        Assert.All(questions, q =>
        {
            Task.Validate(q);
            Assert.Equal(Outcome.Correct, Grader.Grade(q, $"<answer>{Task.AnswerTo(q)}</answer>", truncated: false).Outcome);
            Assert.StartsWith($"sorting/3/", q.Id, StringComparison.Ordinal);
        });
        Assert.Equal(questions, Draw(Split.Test, 50));
    }

    [Fact]
    public void No_question_is_in_two_splits_and_the_wording_changes_only_the_text()
    {
        Assert.Empty(Draw(Split.Test, 200).Select(q => q.Id).Intersect(Draw(Split.Rl, 200).Select(q => q.Id)));
        Assert.Equal(Draw(Split.Test, 20).Select(q => (q.Id, q.Gold)), Draw(Split.Test, 20, "compact").Select(q => (q.Id, q.Gold)));
        Assert.All(Draw(Split.Test, 20, "compact"), q => Assert.StartsWith("Sort:", q.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<answer>3 14 15</answer>", Outcome.Correct)]
    [InlineData("<answer> 3, 14,15\n</answer>", Outcome.Correct)]
    [InlineData("<answer>15 14 3</answer> No: <answer>3 14 15</answer>", Outcome.Correct)]
    [InlineData("<answer>3 14</answer>", Outcome.Wrong)]
    [InlineData("<answer>3 14 15 15</answer>", Outcome.Wrong)]
    [InlineData("<answer>3 < 14 < 15</answer>", Outcome.Unparseable)]
    [InlineData("<answer></answer>", Outcome.Unparseable)]
    [InlineData("3 14 15", Outcome.Unparseable)]
    public void Answers_are_graded_by_their_last_span(string response, Outcome expected) =>
        Assert.Equal(expected, Grader.Grade(new("q", "sorting", "3", "", "3 14 15"), response, truncated: false).Outcome);

    [Fact]
    public void Equal_answers_have_the_same_canonical_form()
    {
        var question = new Question("q", "sorting", "3", "", "3 14 15");
        Assert.Equal(
            Grader.Grade(question, "<answer>3 14 15</answer>", truncated: false).Canonical,
            Grader.Grade(question, "<answer>3,14,15</answer>", truncated: false).Canonical
        );
    }

    [Theory]
    [InlineData("x", "max", "9", "task sorting: found level 'x', expected how many numbers, 2 to 20")]
    [InlineData("3", "max", "1", "task sorting, setting 'max': found '1', expected a whole number from 9 to 9999")]
    [InlineData("3", "mx", "9", "task sorting has no setting 'mx'; did you mean 'max'?")]
    public void Invalid_settings_are_user_errors(string level, string key, string value, string message) =>
        Assert.Equal(
            message,
            Assert
                .Throws<UserErrorException>(() =>
                    Task.Generate(new(level, new Dictionary<string, string> { [key] = value }), Split.Test, 1, new KeyedRandom(1))
                )
                .Message
        );

    [Theory]
    [InlineData("15 3")]
    [InlineData("3")]
    [InlineData("three four")]
    public void Invalid_golds_are_user_errors(string gold) =>
        Assert.Contains(
            $"found the gold answer '{gold}'",
            Assert.Throws<UserErrorException>(() => ((ITask)Task).FromGold("row 7", "", gold)).Message,
            StringComparison.Ordinal
        );

    private static IReadOnlyList<Question> Draw(Split split, int count, string wording = "standard") =>
        Task.Generate(new("3", QuestionSpec.NoSettings, wording), split, count, new KeyedRandom(7));
}
