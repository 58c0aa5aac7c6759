using SkillFactory.Core.Traces;

namespace SkillFactory.Core.Tests.Traces;

public sealed class NoTracesTests
{
    public static TheoryData<TraceYield, string> Cases =>
        new()
        {
            { new TraceYield(), "there is no attempt" },
            {
                new TraceYield { Questions = 2, AttemptsTruncated = 9 },
                "no attempt is graded correct or wrong"
            },
            {
                new TraceYield { Questions = 2, Attempts = new(0, 9) },
                "no attempt is correct, and every trace needs one"
            },
            {
                new TraceYield
                {
                    Questions = 2,
                    Attempts = new(3, 9),
                    AttemptsLeakingHint = new(3, 0),
                    AttemptsKept = new(0, 9),
                },
                "no correct attempt is left; of the last 3, they mention the hint"
            },
            {
                new TraceYield
                {
                    Questions = 2,
                    Attempts = new(3, 9),
                    AttemptsOfOtherVariants = new(1, 9),
                    AttemptsWithoutAnswer = new(2, 0),
                },
                "no correct attempt is left; of the last 2, they have no text, or no answer that can be restated"
            },
            {
                new TraceYield
                {
                    Questions = 2,
                    Attempts = new(3, 9),
                    AttemptsWithoutReflection = new(3, 9),
                    Reflections = new(0, 9),
                },
                "no correct attempt is left; of the last 3, they have no usable reflection: there is no reflection on a correct attempt"
            },
            {
                new TraceYield
                {
                    Questions = 2,
                    Attempts = new(3, 9),
                    AttemptsWithoutReflection = new(3, 9),
                    Reflections = new(6, 9),
                    ReflectionsTruncated = new(5, 0),
                    ReflectionsWithoutVerdict = new(1, 9),
                },
                "no correct attempt is left; of the last 3, they have no usable reflection: "
                    + "the last 1 reflections on correct attempts have no text or no verdict"
            },
            {
                new TraceYield
                {
                    Questions = 2,
                    Attempts = new(3, 9),
                    AttemptsKept = new(3, 0),
                    QuestionsUsable = 2,
                    TracesShort = 2,
                },
                "every question has too few attempts left for a trace of this format and length"
            },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_filter_that_took_the_last_is_named(TraceYield yield, string expected) =>
        Assert.Equal($"no trace was built: {expected}", NoTraces.Describe(yield).Split(Environment.NewLine)[0]);
}
