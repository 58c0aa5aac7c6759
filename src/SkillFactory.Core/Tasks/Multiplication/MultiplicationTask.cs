using SkillFactory.Core.Randomness;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tasks.Multiplication;

/// <summary>The model multiplies two integers. Level: <see cref="MultiplicationLevel"/>. No settings. Gold:
/// <see cref="MultiplicationGold"/>.</summary>
public sealed class MultiplicationTask : ITask, IStepChecker, IAnswerProvider
{
    public const string TaskName = "multiplication";

    // Up to this many pairs the split is listed, so that all questions can be drawn and a shortage is reported exactly.
    private const int MaxListedPairs = 100_000;

    public string Name => TaskName;

    public IReadOnlyList<Question> Generate(QuestionSpec spec, Split split, int count, KeyedRandom random)
    {
        var level = MultiplicationLevel.Read(spec);
        var wording = Wordings.Get(spec.Wording);
        return level.Pairs <= MaxListedPairs
            ? DistinctDraws.TakeListed(
                TaskName,
                spec.Level,
                split,
                count,
                random,
                level.All().Select(gold => (gold.Identity, ToQuestion(gold, spec.Level, wording)))
            )
            : DistinctDraws.Take(TaskName, spec.Level, split, count, random, stream =>
                level.Draw(stream) is var gold && gold.Identity is var identity && identity.Split == split
                    ? (identity, ToQuestion(gold, spec.Level, wording))
                    : null
            );
    }

    Grade ITask.GradeAnswer(Question question, string answer) =>
        MultiplicationGrader.Grade(MultiplicationGold.Parse(question.Gold, question.Id), answer);

    public void Validate(Question question) => MultiplicationGold.Parse(question.Gold, question.Id);

    public string AnswerTo(Question question) => MultiplicationGold.Parse(question.Gold, question.Id).Product.ToString();

    public Question FromGold(string id, string text, string gold) =>
        new(id, TaskName, MultiplicationLevel.Of(MultiplicationGold.Parse(gold, id)).ToString(), text, gold);

    public StepCheck CheckSteps(Question question, string attempt) => ArithmeticSteps.Check(attempt);

    public static Question ToQuestion(MultiplicationGold gold, string level, Wording wording) =>
        new(gold.Identity.Id(TaskName, level), TaskName, level, Text(gold, wording), gold.ToString());

    private static string Text(MultiplicationGold gold, Wording wording) =>
        wording switch
        {
            Wording.Compact => $"Multiply:{gold.Left}*{gold.Right}\n",
            _ => $"""
                {Wordings.Instruction}

                # Problem
                What is {gold.Left} times {gold.Right}?

                Put the resulting whole number, and nothing else, between the tags: <answer>your number</answer>

                # Example
                For 12 times 3 the answer is
                <answer>36</answer>
                """,
        };
}
