using SkillFactory.Core.Randomness;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Core.Tasks.Files;

/// <summary>A task over the user's own data files (see <see cref="TableFile"/>). A subclass defines the columns it reads and how a row
/// becomes a question. The level is the user's name for the set of questions. Settings: <see cref="QuestionFileSettings"/>.</summary>
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
        var pool = Read(spec);
        var questions = pool.Of(split).ToList();
        random.Stream().Shuffle(questions);
        return questions.Count >= count
            ? [.. questions.Take(count).Select(q => ToQuestion(q, spec.Level, wording))]
            : throw TooFew(spec.Level, split, count, questions.Count, pool);
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

    private UserErrorException TooFew(string level, Split split, int asked, int found, QuestionPool pool)
    {
        var key = QuestionFileSettings.KeyOf(split);
        var from = pool.Files.FirstOrDefault(f => f.File.Splits.Contains(split));
        var where =
            from is null ? $"no file has questions of this split; name one with the setting {key}"
            : from.File.Splits.Count == 1 ? $"{from.File.Path} has {found}; ask for at most {found}, or add questions"
            : $"{from.File.Path} has {found}: its {pool.Questions.Count(q => from.File.Splits.Contains(q.Split)):#,0} questions are "
                + $"divided by hash ({QuestionFileSettings.SharesOf(from.File.Splits)}); ask for at most {found}, add questions, or name a "
                + $"file for this split with the setting {key}";
        return new UserErrorException(
            $"task {Name}, level {level}: {asked} questions of the split {QuestionFileSettings.NameOf(split)} are asked for; {where}"
        );
    }

    private Question ToQuestion(PooledQuestion pooled, string level, Wording wording) =>
        new(
            pooled.Identity.Id(Name, level),
            Name,
            level,
            wording == Wording.Compact ? pooled.Content.Compact : pooled.Content.Standard,
            pooled.Content.Gold
        );
}
