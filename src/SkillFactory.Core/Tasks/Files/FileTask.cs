using SkillFactory.Core.Randomness;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Core.Tasks.Files;

/// <summary>A task over the user's own JSONL or Parquet files. A subclass defines the columns it reads and how a row becomes a question.
/// The level is the user's name for the set of questions. Settings: <see cref="QuestionFileSettings"/>.</summary>
public abstract class FileTask : IFileBackedTask
{
    private Func<string, string> _pathOf = value => value;

    public abstract string Name { get; }

    public IReadOnlyList<string> FileSettings => QuestionFileSettings.FileKeys;

    /// <summary>The columns that the task reads.</summary>
    protected abstract IReadOnlyList<ColumnSetting> Columns { get; }

    public abstract void Validate(Question question);

    public IReadOnlyList<Question> Generate(QuestionSpec spec, Split split, int count, KeyedRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var wording = Wordings.Get(spec.Wording);
        var questions = Read(spec).Of(split).ToList();
        random.Stream().Shuffle(questions);
        return questions.Count >= count
            ? [.. questions.Take(count).Select(q => ToQuestion(q, spec.Level, wording))]
            : throw new UserErrorException(
                $"task {Name}, level {spec.Level}: {count} questions of the {split} split requested, its files hold {questions.Count}; "
                    + "request fewer or give a file for that split"
            );
    }

    public QuestionPool Read(QuestionSpec spec) =>
        QuestionPools.Get(Name, QuestionFileSettings.Read(Name, spec, Columns), Columns, _pathOf, ReadRow);

    public IFileBackedTask ReadingFrom(Func<string, string> pathOf)
    {
        var copy = (FileTask)MemberwiseClone();
        copy._pathOf = pathOf;
        return copy;
    }

    Grade ITask.GradeAnswer(Question question, string answer) => GradeAnswer(question, answer);

    string? ITask.AnswerOutsideSpan(string response) => AnswerOutsideSpan(response);

    /// <inheritdoc cref="ITask.GradeAnswer"/>
    protected abstract Grade GradeAnswer(Question question, string answer);

    /// <inheritdoc cref="ITask.AnswerOutsideSpan"/>
    protected abstract string? AnswerOutsideSpan(string response);

    /// <summary>Converts a row to a question.</summary>
    /// <exception cref="BadRowException">A column is missing or wrong, or the gold cannot be used.</exception>
    protected abstract FileQuestion ReadRow(QuestionRow row);

    private Question ToQuestion(PooledQuestion pooled, string level, Wording wording) =>
        new(
            pooled.Identity.Id(Name, level),
            Name,
            level,
            wording == Wording.Compact ? pooled.Content.Compact : pooled.Content.Standard,
            pooled.Content.Gold
        );
}
