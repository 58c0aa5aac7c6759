using SkillFactory.Core.Tasks;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tests.Tasks.Cases;

/// <summary>The tables of cases of all graders. A new report is one more line of a table.</summary>
public sealed class GraderCaseTests
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, GraderCase>> Tables = TaskRegistry.Names.ToDictionary(
        t => t,
        GraderCase.Of
    );

    public static TheoryData<string, string> Places => Where((_, _) => true);

    public static TheoryData<string, string> Reversible =>
        Where((task, c) => task == "maths" && !c.OneWay && c.Outcome is Outcome.Correct or Outcome.Wrong);

    public static TheoryData<string, string> Wrappable =>
        Where((_, c) => c.Outcome is Outcome.Correct or Outcome.Wrong && !c.OneWay && IsPlain(c.Answer));

    [Theory]
    [MemberData(nameof(Places))]
    public void An_answer_is_graded_as_its_line_says(string task, string place)
    {
        var expected = Tables[task][place];
        var grade = expected.Grade(task);
        Assert.True(expected.Outcome == grade.Outcome, $"{place}: {expected}: found {grade}");
        Assert.Contains(expected.Reason, grade.Reason, StringComparison.Ordinal);
        Assert.Equal(expected.Canonical ?? grade.Canonical, grade.Canonical);
        Assert.Equal(grade.Outcome == Outcome.Correct, grade.Reason.Length == 0);
        Assert.Contains(expected.Source, GraderCase.Sources);
    }

    [Theory]
    [MemberData(nameof(Reversible))]
    public void Equality_in_mathematics_holds_in_both_directions(string task, string place)
    {
        var expected = Tables[task][place];
        var grade = expected.Grade(task, expected.Gold, expected.Answer);
        Assert.True(expected.Outcome == grade.Outcome, $"{place}: {expected}: found {grade} in reverse");
    }

    /// <summary>One way to unwrap answers serves all graders.</summary>
    [Theory]
    [MemberData(nameof(Wrappable))]
    public void An_answer_is_graded_alike_in_boxes_delimiters_and_emphasis(string task, string place)
    {
        var expected = Tables[task][place];
        var blank = new string(' ', 5000);
        string[] wrappers =
        [
            "$_$",
            "$$_$$",
            @"\(_\)",
            @"\[ _ \]",
            "`_`",
            "```\n_\n```",
            "**_**",
            @"\boxed{_}",
            @"$\boxed{_}$.",
            @"\fbox{ _ }",
            "**$_$**",
            "\u200B _ \uFEFF",
            $"\n{blank}_{blank}\n",
        ];
        Assert.All(wrappers, wrapper =>
        {
            var grade = expected.Grade(task, wrapper.Replace("_", expected.Answer, StringComparison.Ordinal));
            Assert.True(expected.Outcome == grade.Outcome, $"{place}: {expected} in {wrapper}: found {grade}");
        });
    }

    /// <summary>Whether the answer has no wrapper of its own and can stand in one.</summary>
    private static bool IsPlain(string answer) =>
        answer.Trim() is { Length: > 0 } text
        && answer.IndexOfAny(['$', '`', '#']) < 0
        && !answer.Contains("**", StringComparison.Ordinal)
        && !answer.Contains("\\boxed", StringComparison.Ordinal)
        && !answer.Contains("Step", StringComparison.OrdinalIgnoreCase)
        && !text.StartsWith('*')
        && !text.StartsWith("\\(", StringComparison.Ordinal)
        && !text.StartsWith("\\[", StringComparison.Ordinal);

    private static TheoryData<string, string> Where(Func<string, GraderCase, bool> condition)
    {
        var data = new TheoryData<string, string>();
        foreach (var (task, table) in Tables)
        {
            foreach (var (place, _) in table.Where(c => condition(task, c.Value)))
            {
                data.Add(task, place);
            }
        }

        return data;
    }
}
