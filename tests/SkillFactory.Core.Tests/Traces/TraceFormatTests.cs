using CsCheck;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tests.Traces;

/// <summary>The properties of each format: number of traces, lengths, and which attempts are correct.</summary>
public class TraceFormatTests
{
    /// <summary>Formats that yield each length from the least to K: correctness by position, and the longest trace of the pool.</summary>
    [Theory]
    [InlineData("*C_full", 1)]
    [InlineData("no_reflection", 1)]
    [InlineData("random", 1)]
    [InlineData("stop_at_first_correct", 1)]
    [InlineData("confirm_twice", 2)]
    [InlineData("backtrack", 2)]
    public void Each_repeat_gives_every_length_that_the_attempts_allow(string format, int least) =>
        TraceCases
            .Of(format)
            .Sample(
                c =>
                {
                    var settings = c.Settings with { DistinctVariants = false };
                    var (traces, yield) = TraceFixture.Builder(settings, c.Seed).Build(c.Question);
                    var reach = format switch
                    {
                        "stop_at_first_correct" or "backtrack" => c.Wrong + 1,
                        "confirm_twice" => c.Correct > 1 ? c.Wrong + 2 : 0,
                        _ => c.Correct + c.Wrong,
                    };
                    var longest = c.Correct == 0 ? 0 : Math.Min(c.K, reach);
                    Assert.Equal(
                        Enumerable
                            .Range(0, c.Settings.Repeats)
                            .SelectMany(r => Enumerable.Range(least, Math.Max(0, longest - least + 1)).Select(n => $"q#{r}.{n}")),
                        traces.Select(t => t.Id)
                    );
                    Assert.All(traces, t => Assert.Equal(int.Parse(t.Id.Split('.')[1]), t.Attempts.Count));
                    Assert.Equal(c.Correct == 0 ? 0 : c.Settings.Repeats * (c.K - least + 1), yield.Traces + yield.TracesShort);
                    Assert.All(traces, t => Assert.True(FitsOrder(format, t)));
                },
                iter: 300
            );

    private static bool FitsOrder(string format, SilverTrace trace) =>
        format switch
        {
            "stop_at_first_correct" => trace.AttemptCorrect.SkipLast(1).All(c => !c) && trace.AttemptCorrect[^1],
            "confirm_twice" => trace.AttemptCorrect.SkipLast(2).All(c => !c) && trace.AttemptCorrect.TakeLast(2).All(c => c),
            "backtrack" => trace.AttemptCorrect.Count(c => c) == 1
                && !trace.AttemptCorrect[^1]
                && trace.AttemptCorrect[trace.Answer!.Value],
            "random" => true,
            _ => trace.AttemptCorrect[^1],
        };

    [Theory]
    [InlineData("*C")]
    [InlineData("*C*IC")]
    [InlineData("*CC")]
    public void Formats_with_one_trace_give_one_per_repeat(string format) =>
        TraceCases
            .Of(format)
            .Sample(
                c =>
                {
                    var settings = c.Settings with { DistinctVariants = false };
                    var (traces, yield) = TraceFixture.Builder(settings, c.Seed).Build(c.Question);
                    var enough = format switch
                    {
                        "*C" => c.Correct > 0,
                        "*C*IC" => c.Correct > 0 && c.Wrong > 0,
                        _ => c.Correct > 1,
                    };
                    Assert.Equal(c.Correct == 0 ? 0 : c.Settings.Repeats, traces.Count + yield.TracesShort);
                    Assert.True(enough || traces.Count == 0);
                    Assert.True(!enough || c.Correct + c.Wrong < c.K || traces.Count == c.Settings.Repeats);
                    Assert.All(traces, t =>
                    {
                        Assert.InRange(t.Attempts.Count, settings.RandomLength ? 2 : c.K, c.K);
                        Assert.True(
                            format switch
                            {
                                "*C" => t.AttemptCorrect[^1],
                                "*CC" => t.AttemptCorrect[^1] && t.AttemptCorrect[^2],
                                // The last attempt is wrong, and the trace returns to the latest correct one.
                                _ => !t.AttemptCorrect[^1] && t.Answer == t.AttemptCorrect.ToList().LastIndexOf(true),
                            }
                        );
                    });
                },
                iter: 300
            );

    [Fact]
    public void Random_lengths_are_uniform_from_two()
    {
        var settings = new TraceSettings
        {
            Format = "*C",
            Attempts = 4,
            RandomLength = true,
            Repeats = 3000,
        };
        var lengths = TraceFixture
            .Builder(settings)
            .Build(TraceFixture.Question("q", 3, 3))
            .Traces.CountBy(t => t.Attempts.Count)
            .ToDictionary();
        Assert.Equal([2, 3, 4], lengths.Keys.Order());
        Assert.All(lengths.Values, n => Assert.InRange(n, 1000 - 130, 1000 + 130));
    }

    [Fact]
    public void Format_0C_is_one_correct_attempt() =>
        TraceCases
            .Of("0C")
            .Sample(
                c =>
                    Assert.Equal(
                        Enumerable.Repeat(true, c.Correct > 0 ? c.Settings.Repeats : 0),
                        TraceFixture.Builder(c.Settings, c.Seed).Build(c.Question).Traces.Select(t => Assert.Single(t.AttemptCorrect))
                    ),
                iter: 100
            );

    /// <summary>Correct attempts are the majority, and each is used exactly once per repeat. Wrong attempts are used at most
    /// once.</summary>
    [Fact]
    public void Algorithm_1_uses_every_correct_attempt_once_and_keeps_wrong_ones_in_the_minority() =>
        TraceCases
            .Of("algorithm_1")
            .Sample(
                c =>
                {
                    var traces = TraceFixture.Builder(c.Settings, c.Seed).Build(c.Question).Traces;
                    foreach (var repeat in traces.GroupBy(t => t.Id.Split('.')[0]))
                    {
                        var used = repeat.SelectMany(t => t.Attempts.Zip(t.AttemptCorrect)).ToList();
                        Assert.Equal(c.Correct, used.Count(u => u.Second));
                        Assert.Equal(used.Count, used.Distinct().Count());
                    }

                    Assert.Equal(c.Correct == 0 ? 0 : c.Settings.Repeats, traces.GroupBy(t => t.Id.Split('.')[0]).Count());
                    Assert.All(traces, t =>
                    {
                        var right = t.AttemptCorrect.Count(x => x);
                        Assert.InRange(right, 1, c.K);
                        Assert.InRange(t.AttemptCorrect.Count - right, 0, right - 1);
                        Assert.True(t.AttemptCorrect[^1]);
                    });
                },
                iter: 300
            );

    /// <summary>With a large pool, the number of correct attempts n is uniform over 1 … L_max and that of wrong attempts over 0 … n − 1.
    /// The expected probabilities of lengths 1 … 9 follow by convolution for L_max = 5.</summary>
    [Fact]
    public void Algorithm_1_has_the_papers_distribution_of_lengths()
    {
        var settings = new TraceSettings { Format = "algorithm_1", Repeats = 2000 };
        var traces = TraceFixture
            .Builder(settings)
            .Build(TraceFixture.Question("q", 60, 60))
            .Traces.Where(t => int.Parse(t.Id.Split('.')[1]) <= 5)
            .ToList();
        Assert.Equal(10_000, traces.Count);
        var expected = new double[10];
        for (var positive = 1; positive <= 5; positive++)
        {
            for (var negative = 0; negative < positive; negative++)
            {
                expected[positive + negative] += 1.0 / (5 * positive);
            }
        }

        for (var length = 1; length <= 9; length++)
        {
            var (n, p) = (traces.Count, expected[length]);
            var deviation = Math.Sqrt(n * p * (1 - p));
            Assert.InRange(traces.Count(t => t.Attempts.Count == length), (n * p) - (5 * deviation), (n * p) + (5 * deviation));
        }
    }

    [Fact]
    public void Alternate_method_has_wrong_attempts_of_other_variants_before_a_correct_one() =>
        TraceCases
            .Of("alternate_method")
            .Sample(
                c =>
                {
                    var (traces, yield) = TraceFixture.Builder(c.Settings, c.Seed).Build(c.Question);
                    Assert.All(traces, t => Assert.Equal(1, t.AttemptCorrect.Count(x => x)));
                    Assert.All(traces, t => Assert.True(t.AttemptCorrect[^1]));
                    Assert.Equal(c.Correct == 0 ? 0 : c.Settings.Repeats * (c.K - 1), yield.Traces + yield.TracesShort);
                },
                iter: 300
            );

    /// <summary>The script requires as many variants as attempts and skips questions with fewer.</summary>
    [Fact]
    public void Distinct_variants_limit_the_length_of_a_trace()
    {
        var settings = new TraceSettings { DistinctVariants = true, Attempts = 5 };
        var (traces, yield) = TraceFixture.Builder(settings).Build(TraceFixture.Question("q", 4, 8, variants: 4));
        Assert.Equal([1, 2, 3, 4], traces.Select(t => t.Attempts.Count));
        Assert.Equal(1, yield.TracesShort);
    }

    [Fact]
    public void Several_formats_can_be_combined_with_distinct_ids()
    {
        var question = TraceFixture.Question("q", 3, 3);
        var both = TraceFixture.Builder(new TraceSettings { Format = "*C_full + *CC", Attempts = 3 }).Build(question).Traces;
        Assert.Equal(["q#0.*C_full.1", "q#0.*C_full.2", "q#0.*C_full.3", "q#0.*CC.3"], both.Select(t => t.Id));
        Assert.Equal(["*C_full", "*C_full", "*C_full", "*CC"], both.Select(t => t.Format));
    }

    /// <summary>Attempts with equal text are distinguished by id, so a trace may contain both. The script drops both and fails.</summary>
    [Fact]
    public void Attempts_with_equal_text_can_be_in_one_trace()
    {
        var question = TraceFixture.Question("q", 3, 0);
        var same = question with { Attempts = [.. question.Attempts.Select(a => a with { Response = "<answer>1</answer>" })] };
        var (traces, _) = TraceFixture.Builder(new TraceSettings { Attempts = 3 }).Build(same);
        Assert.Equal([1, 2, 3], traces.Select(t => t.Attempts.Count));
    }

    /// <summary>The baseline uses each correct attempt once and unchanged, whether or not a reflection agrees.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(9, 5)]
    public void Rejection_gives_correct_attempts_unchanged(int most, int expected)
    {
        var question = TraceFixture.Question("q", correct: 5, wrong: 4, agreeing: 0);
        var (traces, yield) = TraceFixture.Builder(new TraceSettings { Format = "rejection", Attempts = most }).Build(question);
        Assert.Equal(expected, traces.Count);
        Assert.Equal(expected, traces.Select(t => Assert.Single(t.Attempts)).Distinct().Count());
        Assert.All(traces, t =>
        {
            var attempt = question.Attempts.Single(a => a.Id == t.Attempts[0]);
            Assert.Equal(Outcome.Correct, attempt.Outcome);
            var segment = Assert.Single(t.Segments);
            Assert.Equal((attempt.Response.ToString(), SegmentKinds.Attempt, true), (segment.Text, segment.Kind, segment.Loss));
            Assert.Empty(t.Reflections);
        });
        Assert.Equal(0, yield.TracesShort);
    }

    /// <summary>A response that follows the examples already is a trace. It cannot be an attempt inside another trace.</summary>
    [Fact]
    public void Responses_that_already_are_traces_stay_unchanged()
    {
        const string Written =
            "<think><sample><answer>1</answer></sample><reflect><verdict>Correct</verdict></reflect></think><answer>1</answer>";
        var question = new QuestionAttempts(
            "q",
            null,
            "u",
            [
                TraceAttempt.Of(TraceFixture.Attempt("q", 0, Outcome.Correct, Written), []),
                TraceAttempt.Of(TraceFixture.Attempt("q", 1, Outcome.Wrong, Written), []),
                TraceAttempt.Of(TraceFixture.Attempt("q", 2, Outcome.Truncated, Written), []),
            ]
        );
        var (traces, yield) = TraceFixture.Builder(new TraceSettings { Format = "as_written", Attempts = 3 }).Build(question);
        Assert.Equal(Written, Assert.Single(traces).Response);
        Assert.Equal(new ClassCount(1, 1), yield.AttemptsKept);

        var (none, rejected) = TraceFixture.Builder(new TraceSettings { Format = "rejection", Attempts = 3 }).Build(question);
        Assert.Empty(none);
        Assert.Equal(new ClassCount(1, 1), rejected.AttemptsWithTraceTags);
    }

    [Fact]
    public void Attempts_that_mention_their_hint_are_dropped_and_counted_by_class()
    {
        TraceAttempt Hinted(int index, Outcome outcome, string text) =>
            TraceFixture.Judged(
                TraceFixture.Attempt("q", index, outcome, $"{text} <answer>{index}</answer>", "original_hinted"),
                agreeing: 1
            );
        var question = new QuestionAttempts(
            "q",
            null,
            "u",
            [
                Hinted(0, Outcome.Correct, "The Hint says"),
                Hinted(1, Outcome.Correct, "By counting,"),
                Hinted(2, Outcome.Wrong, "Whatever the hint:"),
                TraceFixture.Judged(TraceFixture.Attempt("q", 3, Outcome.Correct, "no hint here <answer>3</answer>"), agreeing: 1),
            ]
        );
        var (traces, yield) = TraceFixture.Builder(new TraceSettings { Attempts = 1, Repeats = 50 }).Build(question);
        Assert.Equal(["q/original#3", "q/original_hinted#1"], traces.Select(t => t.Attempts[0]).Distinct().Order());
        Assert.All(traces, t => Assert.Equal("u", t.User));
        Assert.Equal((new ClassCount(1, 1), new ClassCount(2, 0)), (yield.AttemptsLeakingHint, yield.AttemptsKept));
        Assert.Equal((1, 1), (yield.ToCounts()["attempts_leaking_hint_of_correct"], yield.ToCounts()["attempts_leaking_hint_of_wrong"]));
    }
}
