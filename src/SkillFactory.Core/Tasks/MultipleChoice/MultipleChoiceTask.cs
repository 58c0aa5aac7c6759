using SkillFactory.Core.Tasks.Files;
using SkillFactory.Grading;
using SkillFactory.Grading.Markup;

namespace SkillFactory.Core.Tasks.MultipleChoice;

/// <summary>
/// Multiple-choice questions from the user's own files (in the format of CommonsenseQA: Talmor et al. 2019). Columns: <c>questionColumn</c>
/// [question, or question.stem]; <c>choicesColumn</c> [choices, options or question.choices]: lists <c>label</c> and <c>text</c>, a list of
/// objects with both, or a list of texts; <c>answerColumn</c> [answerKey or answer]: the label, or else the text; for a list of texts a
/// number is the position from 0, or else the text, and a row whose answer can be read in two ways is bad. When a file holds the wrong
/// choices in separate columns (GPQA), <c>wrongAnswerColumns</c> names them, separated by commas; the choices then get an order that
/// depends only on the question. Gold: <see cref="ChoiceGold"/>. Answers: <see cref="ChoiceGrader"/>.
/// </summary>
public sealed class MultipleChoiceTask : FileTask, IAnswerProvider
{
    public const string TaskName = "multiple_choice";

    internal const string QuestionColumn = "questionColumn";

    public override string Name => TaskName;

    protected override IReadOnlyList<ColumnSetting> Columns { get; } =
    [
        new(QuestionColumn, ["question.stem", "question"]),
        new(ChoiceColumns.Choices, ["question.choices", "options", "choices"]),
        new(ChoiceColumns.Answer, ["answer", "answerKey"]),
        new(ChoiceColumns.WrongAnswers, []),
    ];

    protected override Grade GradeAnswer(Question question, string answer) =>
        ChoiceGrader.Grade(ChoiceGold.Parse(question.Gold, question.Id), answer);

    protected override string? AnswerOutsideSpan(string response) => AnswerMarkup.InBox(response);

    public override void Validate(Question question) => ChoiceGold.Parse(question.Gold, question.Id);

    public string AnswerTo(Question question) => ChoiceGold.Parse(question.Gold, question.Id).Right;

    protected override FileQuestion ReadRow(QuestionRow row)
    {
        var question = row.Text(QuestionColumn).Trim();
        var gold = ChoiceColumns.Read(row, question);
        var choices = gold.Choices.Select(c => Whitespace.Collapse(c.Text)).Order(StringComparer.Ordinal);
        var canonical = $"{Whitespace.Collapse(question)}|{string.Join('|', choices)}";
        return new FileQuestion(canonical, Standard(question, gold), Compact(question, gold), gold.ToString());
    }

    private static string Compact(string question, ChoiceGold gold) =>
        $"{question}\n{string.Concat(gold.Choices.Select(c => $"{c.Label}){c.Text}\n"))}";

    private static string Standard(string question, ChoiceGold gold) =>
        $"""
            Answer the following question. Show your reasoning step by step and finish with your answer inside <answer> and </answer> tags.

            # Question
            {question}

            # Choices
            {string.Join('\n', gold.Choices.Select(c => $"{c.Label}. {c.Text}"))}

            Put the label of the right choice, and nothing else, between the tags: <answer>your choice</answer>

            # Example
            For the question "Which of these is a colour?" and the choices A. apple, B. green, C. seven, the answer is
            <answer>B</answer>
            """;
}
