namespace SkillFactory.Core.Traces;

/// <summary>Counts of the attempts and reflections that each filter kept and dropped, by class, summed over questions.</summary>
/// <remarks>The graded attempts add up: <see cref="Attempts"/> = other variant + leaking a hint + without answer + with tags + without
/// reflection + duplicate + kept. So do the reflections of the attempts that reached the reflection filter: <see cref="Reflections"/> =
/// truncated + without verdict + with tags + with dropped words + mismatched + kept. If the verdict filter is off, a mismatched reflection
/// is also kept and counted in both.</remarks>
public sealed record TraceYield
{
    public long Questions { get; init; }

    /// <summary>Attempts graded correct or wrong.</summary>
    public ClassCount Attempts { get; init; }

    public long AttemptsUnparseable { get; init; }

    public long AttemptsTruncated { get; init; }

    public long AttemptsUnscored { get; init; }

    /// <summary>Dropped: of a prompt variant that is not selected.</summary>
    public ClassCount AttemptsOfOtherVariants { get; init; }

    /// <summary>Dropped: they mention the hint.</summary>
    public ClassCount AttemptsLeakingHint { get; init; }

    /// <summary>Dropped: no text, or no answer that can be restated.</summary>
    public ClassCount AttemptsWithoutAnswer { get; init; }

    /// <summary>Dropped: they contain tags of the trace format, which would break the nesting.</summary>
    public ClassCount AttemptsWithTraceTags { get; init; }

    /// <summary>Dropped: no reflection was kept.</summary>
    public ClassCount AttemptsWithoutReflection { get; init; }

    /// <summary>Dropped: a duplicate of another attempt of the question.</summary>
    public ClassCount AttemptsDuplicate { get; init; }

    /// <summary>Attempts that traces may be drawn from.</summary>
    public ClassCount AttemptsKept { get; init; }

    /// <summary>Reflections of the attempts that passed the other filters.</summary>
    public ClassCount Reflections { get; init; }

    public ClassCount ReflectionsTruncated { get; init; }

    /// <summary>Dropped: no text, or no verdict.</summary>
    public ClassCount ReflectionsWithoutVerdict { get; init; }

    /// <summary>Dropped: they contain tags of the trace format. An answer span would be read as the answer.</summary>
    public ClassCount ReflectionsWithTraceTags { get; init; }

    /// <summary>Dropped: they contain one of the dropped words.</summary>
    public ClassCount ReflectionsWithDroppedWords { get; init; }

    /// <summary>Reflections whose verdict disagrees with the attempt's true correctness.</summary>
    public ClassCount ReflectionsMismatched { get; init; }

    public ClassCount ReflectionsKept { get; init; }

    /// <summary>Questions with at least one correct attempt kept.</summary>
    public long QuestionsUsable { get; init; }

    public long Traces { get; init; }

    /// <summary>Traces that were not built because the question has too few attempts.</summary>
    public long TracesShort { get; init; }

    public static TraceYield operator +(TraceYield a, TraceYield b) => Add(a, b);

    public static TraceYield Add(TraceYield a, TraceYield b) =>
        new()
        {
            Questions = a.Questions + b.Questions,
            Attempts = a.Attempts + b.Attempts,
            AttemptsUnparseable = a.AttemptsUnparseable + b.AttemptsUnparseable,
            AttemptsTruncated = a.AttemptsTruncated + b.AttemptsTruncated,
            AttemptsUnscored = a.AttemptsUnscored + b.AttemptsUnscored,
            AttemptsOfOtherVariants = a.AttemptsOfOtherVariants + b.AttemptsOfOtherVariants,
            AttemptsLeakingHint = a.AttemptsLeakingHint + b.AttemptsLeakingHint,
            AttemptsWithoutAnswer = a.AttemptsWithoutAnswer + b.AttemptsWithoutAnswer,
            AttemptsWithTraceTags = a.AttemptsWithTraceTags + b.AttemptsWithTraceTags,
            AttemptsWithoutReflection = a.AttemptsWithoutReflection + b.AttemptsWithoutReflection,
            AttemptsDuplicate = a.AttemptsDuplicate + b.AttemptsDuplicate,
            AttemptsKept = a.AttemptsKept + b.AttemptsKept,
            Reflections = a.Reflections + b.Reflections,
            ReflectionsTruncated = a.ReflectionsTruncated + b.ReflectionsTruncated,
            ReflectionsWithoutVerdict = a.ReflectionsWithoutVerdict + b.ReflectionsWithoutVerdict,
            ReflectionsWithTraceTags = a.ReflectionsWithTraceTags + b.ReflectionsWithTraceTags,
            ReflectionsWithDroppedWords = a.ReflectionsWithDroppedWords + b.ReflectionsWithDroppedWords,
            ReflectionsMismatched = a.ReflectionsMismatched + b.ReflectionsMismatched,
            ReflectionsKept = a.ReflectionsKept + b.ReflectionsKept,
            QuestionsUsable = a.QuestionsUsable + b.QuestionsUsable,
            Traces = a.Traces + b.Traces,
            TracesShort = a.TracesShort + b.TracesShort,
        };

    /// <summary>The counts for <c>Counts</c>. A count by class becomes two: "x_of_correct" and "x_of_wrong".</summary>
    public IReadOnlyDictionary<string, double> ToCounts()
    {
        var counts = new Dictionary<string, double>
        {
            ["questions"] = Questions,
            ["questions_usable"] = QuestionsUsable,
            ["attempts_correct"] = Attempts.Correct,
            ["attempts_wrong"] = Attempts.Wrong,
            ["attempts_unparseable"] = AttemptsUnparseable,
            ["attempts_truncated"] = AttemptsTruncated,
            ["attempts_unscored"] = AttemptsUnscored,
            ["traces"] = Traces,
            ["traces_short"] = TracesShort,
        };
        foreach (var (name, count) in Filters())
        {
            counts[$"{name}_of_correct"] = count.Correct;
            counts[$"{name}_of_wrong"] = count.Wrong;
        }

        return counts;
    }

    /// <summary>The filters in order with the number that each dropped, and finally the number kept.</summary>
    public IEnumerable<(string Name, ClassCount Count)> Filters() =>
        [
            ("attempts_of_other_variants", AttemptsOfOtherVariants),
            ("attempts_leaking_hint", AttemptsLeakingHint),
            ("attempts_without_answer", AttemptsWithoutAnswer),
            ("attempts_with_trace_tags", AttemptsWithTraceTags),
            ("reflections", Reflections),
            ("reflections_truncated", ReflectionsTruncated),
            ("reflections_without_verdict", ReflectionsWithoutVerdict),
            ("reflections_with_trace_tags", ReflectionsWithTraceTags),
            ("reflections_with_dropped_words", ReflectionsWithDroppedWords),
            ("reflections_mismatched", ReflectionsMismatched),
            ("reflections_kept", ReflectionsKept),
            ("attempts_without_reflection", AttemptsWithoutReflection),
            ("attempts_duplicate", AttemptsDuplicate),
            ("attempts_kept", AttemptsKept),
        ];
}
