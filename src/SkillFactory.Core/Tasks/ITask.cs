using SkillFactory.Core.Randomness;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks;

/// <summary>
/// A task: how questions are made and how answers are graded. One class, found by <see cref="TaskRegistry"/>; adding a task needs
/// no change elsewhere (docs/tasks.md). Implementations are immutable and thread-safe. What only some tasks can do is an interface of
/// its own beside this one: <see cref="IStepChecker"/>.
/// </summary>
public interface ITask
{
    /// <summary>Lower-case name used in recipes and question ids.</summary>
    string Name { get; }

    /// <summary>
    /// Draws <paramref name="count"/> distinct questions of a level from one split. Deterministic in (settings, split, random).
    /// </summary>
    /// <exception cref="UserErrorException">The level or a setting is invalid, or the split holds fewer distinct questions
    /// than asked for (the message says how many it found).</exception>
    IReadOnlyList<Question> Generate(QuestionSpec spec, Split split, int count, KeyedRandom random);

    /// <summary>Grades a whole response: the last answer span counts.</summary>
    Grade Grade(Question question, string response, bool truncated);

    /// <summary>Throws <see cref="UserErrorException"/> when the question's gold cannot be used for grading.</summary>
    void Validate(Question question);

    /// <summary>A question that was not generated here, e.g. a row of a file of responses that are to be graded again.</summary>
    /// <param name="id">Named in errors.</param>
    /// <param name="text">What was asked; may be empty, as grading does not read it.</param>
    /// <param name="gold">In the task's notation, or as the task's public data sets write it.</param>
    /// <exception cref="UserErrorException">The gold cannot be used.</exception>
    Question FromGold(string id, string text, string gold)
    {
        var question = new Question(id, Name, "", text, gold);
        Validate(question);
        return question;
    }
}

/// <summary>Which questions: a level and the task's own settings (e.g. Countdown: min, max, targetMin, targetMax, operators).</summary>
/// <param name="Level">Level label as the task defines it.</param>
/// <param name="Settings">Task settings; unknown keys are refused by the task.</param>
/// <param name="Wording">"standard" (the paper's shape) or "compact" (what the shipped tiny base understands): how
/// <see cref="Question.Text"/> is worded. Does not change ids, golds or splits.</param>
public sealed record QuestionSpec(string Level, IReadOnlyDictionary<string, string> Settings, string Wording = "standard")
{
    public static readonly IReadOnlyDictionary<string, string> NoSettings = new Dictionary<string, string>();
}
