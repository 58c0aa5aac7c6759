namespace SkillFactory.Core.Traces;

/// <summary>What every filter let through, by class. Sums over questions.</summary>
public sealed record TraceYield
{
    public long Questions { get; init; }

    /// <summary>Attempts by outcome.</summary>
    public long AttemptsCorrect { get; init; }

    public long AttemptsWrong { get; init; }

    public long AttemptsUnparseable { get; init; }

    public long AttemptsTruncated { get; init; }

    public long AttemptsUnscored { get; init; }

    /// <summary>Correct or wrong attempts left out because they hold tags of the trace itself, which would break its nesting.</summary>
    public long AttemptsWithTraceTags { get; init; }

    /// <summary>Critiques of attempts that could be used otherwise.</summary>
    public long Reflections { get; init; }

    /// <summary>Critiques whose verdict agrees with the attempt's true correctness, of correct and of incorrect attempts.</summary>
    public long ReflectionsKeptOfCorrect { get; init; }

    public long ReflectionsKeptOfWrong { get; init; }

    /// <summary>Critiques whose verdict disagrees, of correct and of incorrect attempts.</summary>
    public long ReflectionsMismatchedOfCorrect { get; init; }

    public long ReflectionsMismatchedOfWrong { get; init; }

    public long ReflectionsWithoutVerdict { get; init; }

    public long ReflectionsTruncated { get; init; }

    /// <summary>Critiques left out because they hold tags of the trace itself (an answer span would be taken for the answer).</summary>
    public long ReflectionsWithTraceTags { get; init; }

    /// <summary>Attempts with at least one critique kept.</summary>
    public long AttemptsKeptCorrect { get; init; }

    public long AttemptsKeptWrong { get; init; }

    /// <summary>Questions with at least one correct attempt kept.</summary>
    public long QuestionsUsable { get; init; }

    public long Traces { get; init; }

    /// <summary>Traces the format asked for and the question had too few attempts for.</summary>
    public long TracesShort { get; init; }

    public static TraceYield operator +(TraceYield a, TraceYield b) => Add(a, b);

    public static TraceYield Add(TraceYield a, TraceYield b) => new()
    {
        Questions = a.Questions + b.Questions,
        AttemptsCorrect = a.AttemptsCorrect + b.AttemptsCorrect,
        AttemptsWrong = a.AttemptsWrong + b.AttemptsWrong,
        AttemptsUnparseable = a.AttemptsUnparseable + b.AttemptsUnparseable,
        AttemptsTruncated = a.AttemptsTruncated + b.AttemptsTruncated,
        AttemptsUnscored = a.AttemptsUnscored + b.AttemptsUnscored,
        AttemptsWithTraceTags = a.AttemptsWithTraceTags + b.AttemptsWithTraceTags,
        Reflections = a.Reflections + b.Reflections,
        ReflectionsKeptOfCorrect = a.ReflectionsKeptOfCorrect + b.ReflectionsKeptOfCorrect,
        ReflectionsKeptOfWrong = a.ReflectionsKeptOfWrong + b.ReflectionsKeptOfWrong,
        ReflectionsMismatchedOfCorrect = a.ReflectionsMismatchedOfCorrect + b.ReflectionsMismatchedOfCorrect,
        ReflectionsMismatchedOfWrong = a.ReflectionsMismatchedOfWrong + b.ReflectionsMismatchedOfWrong,
        ReflectionsWithoutVerdict = a.ReflectionsWithoutVerdict + b.ReflectionsWithoutVerdict,
        ReflectionsTruncated = a.ReflectionsTruncated + b.ReflectionsTruncated,
        ReflectionsWithTraceTags = a.ReflectionsWithTraceTags + b.ReflectionsWithTraceTags,
        AttemptsKeptCorrect = a.AttemptsKeptCorrect + b.AttemptsKeptCorrect,
        AttemptsKeptWrong = a.AttemptsKeptWrong + b.AttemptsKeptWrong,
        QuestionsUsable = a.QuestionsUsable + b.QuestionsUsable,
        Traces = a.Traces + b.Traces,
        TracesShort = a.TracesShort + b.TracesShort,
    };

    /// <summary>For <see cref="Pipeline.StageResult.Counts"/>.</summary>
    public IReadOnlyDictionary<string, double> ToCounts() => new Dictionary<string, double>
    {
        ["questions"] = Questions,
        ["attempts_correct"] = AttemptsCorrect,
        ["attempts_wrong"] = AttemptsWrong,
        ["attempts_unparseable"] = AttemptsUnparseable,
        ["attempts_truncated"] = AttemptsTruncated,
        ["attempts_unscored"] = AttemptsUnscored,
        ["attempts_with_trace_tags"] = AttemptsWithTraceTags,
        ["reflections"] = Reflections,
        ["reflections_kept_of_correct"] = ReflectionsKeptOfCorrect,
        ["reflections_kept_of_wrong"] = ReflectionsKeptOfWrong,
        ["reflections_mismatched_of_correct"] = ReflectionsMismatchedOfCorrect,
        ["reflections_mismatched_of_wrong"] = ReflectionsMismatchedOfWrong,
        ["reflections_without_verdict"] = ReflectionsWithoutVerdict,
        ["reflections_truncated"] = ReflectionsTruncated,
        ["reflections_with_trace_tags"] = ReflectionsWithTraceTags,
        ["attempts_kept_correct"] = AttemptsKeptCorrect,
        ["attempts_kept_wrong"] = AttemptsKeptWrong,
        ["questions_usable"] = QuestionsUsable,
        ["traces"] = Traces,
        ["traces_short"] = TracesShort,
    };
}
