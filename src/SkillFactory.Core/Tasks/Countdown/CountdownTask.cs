using SkillFactory.Core.Randomness;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>The model reaches a target from given numbers with + - * /. Level: how many numbers, e.g. "3". Settings:
/// <see cref="CountdownSettings"/>. Gold: <see cref="CountdownGold"/>.</summary>
public sealed class CountdownTask : ITask, IStepChecker, IAnswerProvider
{
    public const string TaskName = "countdown";

    public string Name => TaskName;

    public IReadOnlyList<Question> Generate(QuestionSpec spec, Split split, int count, KeyedRandom random)
    {
        var settings = CountdownSettings.Read(spec);
        var wording = Wordings.Get(spec.Wording);
        var generator = new CountdownGenerator(settings);
        return DistinctDraws.Take(TaskName, spec.Level, split, count, random, stream =>
            generator.TryDraw(stream, s => s == split) is { } draw ? (draw.Identity, ToQuestion(draw, spec.Level, wording)) : null
        );
    }

    Grade ITask.GradeAnswer(Question question, string answer) =>
        CountdownGrader.Grade(CountdownGold.Parse(question.Gold, question.Id), answer);

    public void Validate(Question question)
    {
        var gold = CountdownGold.Parse(question.Gold, question.Id);
        if (question.Level != gold.Numbers.Count.ToString())
        {
            throw new UserErrorException(
                $"question {question.Id}: level is '{question.Level}', its gold '{question.Gold}' has {gold.Numbers.Count} numbers"
            );
        }
    }

    public string AnswerTo(Question question)
    {
        var gold = CountdownGold.Parse(question.Gold, question.Id);
        return (gold.Numbers.Count <= CountdownSettings.MaxNumbersForSolver ? CountdownSolver.Solve(gold) : null)
            ?? throw new UserErrorException(
                $"question {question.Id}: no solution of '{question.Gold}' is known; "
                    + $"the solver handles up to {CountdownSettings.MaxNumbersForSolver} numbers"
            );
    }

    public Question FromGold(string id, string text, string gold) =>
        new(id, TaskName, CountdownGold.Parse(gold, id).Numbers.Count.ToString(), text, gold);

    public StepCheck CheckSteps(Question question, string attempt) => ArithmeticSteps.Check(attempt);

    /// <summary>The question of a draw.</summary>
    public static Question ToQuestion(CountdownDraw draw, string level, Wording wording) =>
        new(draw.Identity.Id(TaskName, level), TaskName, level, CountdownWording.Text(draw.Gold, wording), draw.Gold.ToString());
}
