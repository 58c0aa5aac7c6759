using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>Counts one question's attempts and reflections as they pass through the filters.</summary>
internal sealed class AttemptTally
{
    private static readonly int Outcomes = Enum.GetValues<Outcome>().Length;

    private readonly long[] _outcomes = new long[Outcomes];

    public ClassCount OtherVariant { get; set; }

    public ClassCount LeakingHint { get; set; }

    public ClassCount WithoutAnswer { get; set; }

    public ClassCount WithTags { get; set; }

    public ClassCount WithoutReflection { get; set; }

    public ClassCount Duplicate { get; set; }

    public ClassCount Reflections { get; set; }

    public ClassCount ReflectionsTruncated { get; set; }

    public ClassCount ReflectionsWithoutVerdict { get; set; }

    public ClassCount ReflectionsWithTags { get; set; }

    public ClassCount ReflectionsWithDroppedWords { get; set; }

    public ClassCount ReflectionsMismatched { get; set; }

    public ClassCount ReflectionsKept { get; set; }

    /// <summary>Counts an attempt. Returns true if it was graded correct or wrong.</summary>
    public bool Count(Outcome outcome)
    {
        _outcomes[(int)outcome]++;
        return outcome is Outcome.Correct or Outcome.Wrong;
    }

    public TraceYield ToYield(AttemptPool pool) =>
        new()
        {
            Questions = 1,
            Attempts = new ClassCount(_outcomes[(int)Outcome.Correct], _outcomes[(int)Outcome.Wrong]),
            AttemptsUnparseable = _outcomes[(int)Outcome.Unparseable],
            AttemptsTruncated = _outcomes[(int)Outcome.Truncated],
            AttemptsUnscored = _outcomes[(int)Outcome.Unscored],
            AttemptsOfOtherVariants = OtherVariant,
            AttemptsLeakingHint = LeakingHint,
            AttemptsWithoutAnswer = WithoutAnswer,
            AttemptsWithTraceTags = WithTags,
            AttemptsWithoutReflection = WithoutReflection,
            AttemptsDuplicate = Duplicate,
            AttemptsKept = new ClassCount(pool.Correct.Count, pool.Wrong.Count),
            Reflections = Reflections,
            ReflectionsTruncated = ReflectionsTruncated,
            ReflectionsWithoutVerdict = ReflectionsWithoutVerdict,
            ReflectionsWithTraceTags = ReflectionsWithTags,
            ReflectionsWithDroppedWords = ReflectionsWithDroppedWords,
            ReflectionsMismatched = ReflectionsMismatched,
            ReflectionsKept = ReflectionsKept,
            QuestionsUsable = pool.Correct.Count > 0 ? 1 : 0,
        };
}
