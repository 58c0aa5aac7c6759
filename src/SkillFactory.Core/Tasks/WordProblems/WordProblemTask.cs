using SkillFactory.Core.Tasks.Files;
using SkillFactory.Grading;
using SkillFactory.Grading.Markup;
using SkillFactory.Grading.Quantities;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Core.Tasks.WordProblems;

/// <summary>
/// Word problems with one number as the answer, from the user's own files (in the format of GSM8K: Cobbe et al. 2021). Columns:
/// <c>questionColumn</c> [question or problem] and <c>answerColumn</c> [answer]: a number, or a solution that ends in "#### number". Gold:
/// the number. The answer of a response is its last answer span, or its last "####" line or box when it has no span. Numbers are compared
/// exactly; see <see cref="NumericAnswer"/>.
/// </summary>
public sealed class WordProblemTask : FileTask, IStepChecker, IAnswerProvider, ITask
{
    public const string TaskName = "word_problem";

    private const string QuestionColumn = "questionColumn";
    private const string AnswerColumn = "answerColumn";
    private const string Marker = "####";
    private const string Expected = "a number, or a solution that ends in '#### number'";

    public override string Name => TaskName;

    protected override IReadOnlyList<ColumnSetting> Columns { get; } =
    [new(QuestionColumn, ["problem", "question"]), new(AnswerColumn, ["final_answer", "answer"])];

    protected override Grade GradeAnswer(Question question, string answer)
    {
        var gold = Gold(question);
        if (
            NumericAnswer.Read(AfterMarker(answer) ?? answer, CountedThings.In(question.Text, question.Gold), out var problem)
            is not { } number
        )
        {
            return new(Outcome.Unparseable, Answers.Clip(answer), problem);
        }

        var grade = number.Matches(gold)
            ? new Grade(Outcome.Correct, Answers.Clip(answer), "")
            : new Grade(Outcome.Wrong, Answers.Clip(answer), $"{Answers.Clip(number.ToString())} is not {gold}");
        return grade with { Canonical = number.CanonicalFor(gold) };
    }

    protected override string? AnswerOutsideSpan(string response) => AfterMarker(response);

    public override void Validate(Question question) => Gold(question);

    public string AnswerTo(Question question) => question.Gold;

    Question ITask.FromGold(string id, string text, string gold)
    {
        var question = new Question(id, TaskName, "", text, AfterMarker(gold) ?? gold);
        Validate(question);
        return question;
    }

    public StepCheck CheckSteps(Question question, string attempt) => ArithmeticSteps.Check(attempt);

    protected override FileQuestion ReadRow(QuestionRow row)
    {
        var question = row.Text(QuestionColumn).Trim();
        var solution = row.Text(AnswerColumn, Expected);
        var gold = (AfterMarker(solution) ?? solution).Trim();
        return Read(gold, out var problem) is null
            ? throw row.Bad(AnswerColumn, $"{TableRow.Quoted(gold)} ({problem})", Expected)
            : new FileQuestion(Whitespace.Collapse(question), Standard(question), question + "\n", gold);
    }

    private static NumericAnswer Gold(Question question) =>
        Read(question.Gold, out var problem)
        ?? throw new UserErrorException(
            $"question {question.Id}: gold '{Answers.Clip(question.Gold)}' is not a number: {problem}; expected {Expected}"
        );

    private static NumericAnswer? Read(string gold, out string problem)
    {
        try
        {
            return NumericAnswer.Read(gold, CountedThings.Any, out problem);
        }
        catch (LimitExceededException e)
        {
            problem = $"it exceeds a limit of the graders: {e.Message}";
            return null;
        }
    }

    /// <summary>The rest of the line after the last "####", or else the content of the last box; null when there is neither.</summary>
    private static string? AfterMarker(string text)
    {
        var at = text.LastIndexOf(Marker, StringComparison.Ordinal);
        if (at < 0)
        {
            return AnswerMarkup.InBox(text);
        }

        var line = text[(at + Marker.Length)..].TrimStart(' ', '\t');
        var end = line.IndexOfAny(['\n', '\r']);
        return end < 0 ? line : line[..end];
    }

    private static string Standard(string question) =>
        $"""
            {Wordings.Instruction}

            # Problem
            {question}

            Put the number that answers the problem, and nothing else, between the tags: <answer>your number</answer>

            # Example
            For the problem "A box holds 6 eggs. How many eggs do 4 boxes hold?" the answer is
            <answer>24</answer>
            """;
}
