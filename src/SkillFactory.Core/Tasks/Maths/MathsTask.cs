using SkillFactory.Core.Tasks.Files;
using SkillFactory.Grading;
using SkillFactory.Grading.Markup;
using SkillFactory.Grading.Maths;
using SkillFactory.Grading.Quantities;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Core.Tasks.Maths;

/// <summary>
/// Problems with a mathematical answer from the user's own files (in the format of MATH500, AMC and AIME: Hendrycks et al. 2021). Columns:
/// <c>questionColumn</c> [problem or question] and <c>answerColumn</c> [answer or solution]: the answer, or a solution whose last
/// \boxed{…} holds it. Gold: the answer in LaTeX or plain text. The answer of a response is its last answer span, or its last box when it
/// has no span. <see cref="MathAnswer"/> decides which answers are equal.
/// </summary>
public sealed class MathsTask : FileTask, ITask, IAnswerProvider
{
    public const string TaskName = "maths";

    private const string QuestionColumn = "questionColumn";
    private const string AnswerColumn = "answerColumn";
    private const string Expected = @"a mathematical answer in LaTeX or plain text, or a solution with \boxed{answer}";

    public override string Name => TaskName;

    protected override IReadOnlyList<ColumnSetting> Columns { get; } =
    [new(QuestionColumn, ["problem", "question"]), new(AnswerColumn, ["answer", "final_answer", "solution"]) { NameInErrors = "answer" }];

    protected override Grade GradeAnswer(Question question, string answer)
    {
        var written = AnswerMarkup.Unwrap(answer);
        try
        {
            return Compared(question, written);
        }
        catch (Exception e) when (e is LimitExceededException or UndecidedException && SameText(question.Gold, written))
        {
            return new(Outcome.Correct, Answers.Clip(written), "");
        }
    }

    protected override string? AnswerOutsideSpan(string response) => AnswerMarkup.InBox(response);

    public override void Validate(Question question)
    {
        if (GoldProblem(question.Gold) is { } problem)
        {
            throw new UserErrorException(
                $"question {question.Id}: gold '{Answers.Clip(question.Gold)}' is not a mathematical answer: {problem}; expected {Expected}"
            );
        }
    }

    public string AnswerTo(Question question) => question.Gold;

    Question ITask.FromGold(string id, string text, string gold)
    {
        var question = new Question(id, TaskName, "", text, Boxed.Answer(gold) ?? gold);
        Validate(question);
        return question;
    }

    protected override FileQuestion ReadRow(QuestionRow row)
    {
        var question = row.Text(QuestionColumn).Trim();
        var solution = row.Text(AnswerColumn, Expected);
        var gold = (Boxed.Answer(solution) ?? solution).Trim();
        return GoldProblem(gold) is { } problem
            ? throw row.Bad(AnswerColumn, $"{TableRow.Quoted(gold)} ({problem})", Expected)
            : new FileQuestion(Whitespace.Collapse(question), Standard(question), question + "\n", gold);
    }

    private static Grade Compared(Question question, string written)
    {
        var gold = Gold(question);
        if (MathAnswer.Read(written, CountedThings.In(question.Text, question.Gold), out var problem) is not { } answer)
        {
            return gold.IsText && written.Length > 0
                ? new(Outcome.Wrong, Answers.Clip(written), $"it is not '{Answers.Clip(question.Gold)}'")
                : new(Outcome.Unparseable, Answers.Clip(written), problem);
        }

        var grade = answer.Equals(gold)
            ? new Grade(Outcome.Correct, Answers.Clip(written), "")
            : new Grade(Outcome.Wrong, Answers.Clip(written), $"it is not '{Answers.Clip(question.Gold)}'");
        return grade with { Canonical = answer.Canonical };
    }

    /// <exception cref="UndecidedException">The gold answer exceeds a limit.</exception>
    private static MathAnswer Gold(Question question)
    {
        try
        {
            return MathAnswer.Read(question.Gold, CountedThings.Any, out var fault)
                ?? throw new UserErrorException($"question {question.Id}: gold '{question.Gold}' is not a mathematical answer: {fault}");
        }
        catch (LimitExceededException e)
        {
            throw new UndecidedException($"the gold answer exceeds a limit of the graders: {e.Message}");
        }
    }

    private static bool SameText(string gold, string answer) => Whitespace.Collapse(gold) == Whitespace.Collapse(answer);

    private static string? GoldProblem(string gold)
    {
        try
        {
            return MathAnswer.Read(gold, CountedThings.Any, out var problem) is null ? problem : null;
        }
        catch (LimitExceededException e)
        {
            return $"it exceeds a limit of the graders: {e.Message}";
        }
    }

    private static string Standard(string question) =>
        $$"""
            {{Wordings.Instruction}}

            # Problem
            {{question}}

            Put the answer in its simplest form, and nothing else, between the tags: <answer>your answer</answer>

            # Example
            For the problem "What is half of $\frac{3}{2}$?" the answer is
            <answer>\frac{3}{4}</answer>
            """;
}
