using System.Text.Json;
using CsCheck;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tests.Traces;

public class TraceBuilderTests
{
    [Fact]
    public void The_same_key_gives_the_same_traces_for_any_input_order() =>
        TraceCases.Any.Sample(
            c =>
            {
                var reversed = c.Question with { Attempts = [.. c.Question.Attempts.Reverse()] };
                var builder = TraceFixture.Builder(c.Settings, c.Seed);
                builder.Build(TraceFixture.Question("other", 2, 3));
                Assert.Equal(
                    JsonSerializer.Serialize(builder.Build(c.Question).Traces),
                    JsonSerializer.Serialize(TraceFixture.Builder(c.Settings, c.Seed).Build(reversed).Traces)
                );
            },
            iter: 200
        );

    [Fact]
    public void Different_seeds_questions_and_repeats_give_different_draws()
    {
        var settings = new TraceSettings { Repeats = 2 };
        string Draws(long seed, string question, int repeat) =>
            string.Join(
                ';',
                TraceFixture
                    .Builder(settings, seed)
                    .Build(TraceFixture.Question(question, 8, 8))
                    .Traces.Where(t => t.Id.Contains($"#{repeat}.", StringComparison.Ordinal))
                    .Select(t => string.Join(',', t.Attempts.Select(a => a.Split('#')[1])))
            );
        string[] draws = [Draws(1, "a", 0), Draws(2, "a", 0), Draws(1, "b", 0), Draws(1, "a", 1)];
        Assert.Equal(4, draws.Distinct().Count());
    }

    /// <summary>In traces of two attempts, the last is either correct attempt equally often, and the first is any of the other five equally
    /// often.</summary>
    [Fact]
    public void Draws_are_uniform()
    {
        var settings = new TraceSettings { Attempts = 2, Repeats = 6000 };
        var pairs = TraceFixture
            .Builder(settings)
            .Build(TraceFixture.Question("q", 2, 4))
            .Traces.Where(t => t.Attempts.Count == 2)
            .ToList();
        var last = pairs.CountBy(t => t.Attempts[1]).ToDictionary();
        var first = pairs.CountBy(t => t.Attempts[0]).ToDictionary();

        // Counts are binomial: allow five standard deviations around the mean.
        Assert.Equal(2, last.Count);
        Assert.All(last.Values, n => Assert.InRange(n, 3000 - 194, 3000 + 194));
        Assert.Equal(6, first.Count);
        Assert.All(first.Where(p => p.Key.EndsWith("#0", StringComparison.Ordinal) || p.Key.EndsWith("#1", StringComparison.Ordinal)), p =>
            Assert.InRange(p.Value, 600 - 117, 600 + 117)
        );
        Assert.All(first.Where(p => p.Key[^1] is > '1'), p => Assert.InRange(p.Value, 1200 - 155, 1200 + 155));
    }

    [Fact]
    public void Every_filter_is_counted_by_class()
    {
        var right = TraceFixture.Attempt("q", 0, Outcome.Correct);
        var wrong = TraceFixture.Attempt("q", 1, Outcome.Wrong);
        var second = TraceFixture.Attempt("q", 8, Outcome.Correct);
        var third = TraceFixture.Attempt("q", 10, Outcome.Wrong);
        var question = new QuestionAttempts(
            "q",
            "sys",
            "user",
            [
                TraceAttempt.Of(
                    right,
                    [
                        TraceFixture.Reflection(right, 0, "Correct"),
                        TraceFixture.Reflection(right, 1, " INCORRECT "),
                        TraceFixture.Reflection(right, 2, null),
                        TraceFixture.Reflection(right, 3, "maybe"),
                        TraceFixture.Reflection(right, 4, "Correct", Outcome.Truncated),
                        TraceFixture.Reflection(right, 5, "Correct", response: "was <answer>1</answer> <verdict>Correct</verdict>"),
                        TraceFixture.Reflection(right, 6, "Correct", response: "an ideal one <verdict>Correct</verdict>"),
                    ]
                ),
                TraceAttempt.Of(
                    wrong,
                    [
                        TraceFixture.Reflection(wrong, 0, "Incorrect"),
                        TraceFixture.Reflection(wrong, 1, "incorrect"),
                        TraceFixture.Reflection(wrong, 2, "Correct"),
                    ]
                ),
                TraceFixture.Judged(TraceFixture.Attempt("q", 2, Outcome.Wrong), 0),
                TraceFixture.Judged(TraceFixture.Attempt("q", 3, Outcome.Truncated), 2),
                TraceFixture.Judged(TraceFixture.Attempt("q", 4, Outcome.Unparseable, "no answer"), 2),
                TraceFixture.Judged(TraceFixture.Attempt("q", 5, Outcome.Unscored), 2),
                TraceFixture.Judged(TraceFixture.Attempt("q", 6, Outcome.Correct, "<sample><answer>1</answer></sample>"), 2),
                TraceFixture.Judged(TraceFixture.Attempt("q", 7, Outcome.Wrong, "the grader saw more than there is"), 2),
                TraceAttempt.Of(second, [TraceFixture.Reflection(second, 0, "Correct")]),
                TraceFixture.Judged(TraceFixture.Attempt("q", 9, Outcome.Correct, variant: "rephrase"), 2),
                TraceFixture.Judged(
                    wrong with
                    {
                        Id = "q/original#91",
                        Response = $" {wrong.Response.ToUpperInvariant().Replace("ANSWER", "answer")}\n",
                    },
                    1
                ),
                TraceFixture.Judged(third, 1),
            ]
        );

        var settings = new TraceSettings
        {
            Attempts = 3,
            FinalAnswer = "last_attempt",
            Variants = ["original"],
            DropReflectionsWith = ["Idea"],
            Duplicates = "same_text",
        };
        var (traces, yield) = TraceFixture.Builder(settings).Build(question);
        Assert.Equal(
            new TraceYield
            {
                Questions = 1,
                Attempts = new(4, 5),
                AttemptsUnparseable = 1,
                AttemptsTruncated = 1,
                AttemptsUnscored = 1,
                AttemptsOfOtherVariants = new(1, 0),
                AttemptsWithoutAnswer = new(0, 1),
                AttemptsWithTraceTags = new(1, 0),
                AttemptsWithoutReflection = new(0, 1),
                AttemptsDuplicate = new(0, 1),
                AttemptsKept = new(2, 2),
                Reflections = new(8, 8),
                ReflectionsTruncated = new(1, 0),
                ReflectionsWithoutVerdict = new(2, 0),
                ReflectionsWithTraceTags = new(1, 0),
                ReflectionsWithDroppedWords = new(1, 0),
                ReflectionsMismatched = new(1, 4),
                ReflectionsKept = new(2, 4),
                QuestionsUsable = 1,
                Traces = 3,
                TracesShort = 0,
            },
            yield
        );
        Assert.All(traces, t => Assert.Equal("sys", t.System));
        Assert.ProperSubset(
            new HashSet<string> { right.Id, wrong.Id, second.Id, third.Id, "none" },
            traces.SelectMany(t => t.Attempts).ToHashSet()
        );
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(" \n", null)]
    [InlineData("<think>\n</think>\n", "<think>\n")]
    public void An_attempt_or_a_reflection_without_text_is_dropped_and_counted(string response, string? opening)
    {
        var empty = TraceFixture.Attempt("q", 0, Outcome.Correct, response) with { Opening = opening };
        var right = TraceFixture.Attempt("q", 1, Outcome.Correct);
        var question = new QuestionAttempts(
            "q",
            null,
            "Solve q.",
            [
                TraceAttempt.Of(empty, [TraceFixture.Reflection(empty, 0, "Correct")]),
                TraceAttempt.Of(
                    right,
                    [
                        TraceFixture.Reflection(right, 0, "Correct", response: response) with
                        {
                            Opening = opening,
                        },
                        TraceFixture.Reflection(right, 1, "Correct"),
                    ]
                ),
            ]
        );
        var (traces, yield) = TraceFixture.Builder(new TraceSettings { Attempts = 1 }).Build(question);
        Assert.Equal([right.Id], traces.SelectMany(t => t.Attempts).Distinct());
        Assert.Equal(
            (new ClassCount(1, 0), new ClassCount(1, 0), new ClassCount(1, 0), new ClassCount(1, 0)),
            (yield.AttemptsWithoutAnswer, yield.AttemptsKept, yield.ReflectionsWithoutVerdict, yield.ReflectionsKept)
        );
    }

    [Fact]
    public void A_question_without_a_usable_correct_attempt_gives_no_traces()
    {
        var (traces, yield) = TraceFixture.Builder(new TraceSettings()).Build(TraceFixture.Question("q", 0, 9));
        Assert.Empty(traces);
        Assert.Equal((0, new ClassCount(0, 9), 0), (yield.QuestionsUsable, yield.AttemptsKept, yield.TracesShort));
    }

    [Fact]
    public void Yields_add_up_and_every_count_has_a_name()
    {
        var ones = new TraceYield();
        var properties = typeof(TraceYield).GetProperties();
        foreach (var property in properties)
        {
            property.SetValue(ones, property.PropertyType == typeof(long) ? 1L : new ClassCount(1, 1));
        }

        var counts = (ones + ones + new TraceYield()).ToCounts();
        Assert.Equal(properties.Sum(p => p.PropertyType == typeof(long) ? 1 : 2), counts.Count);
        Assert.All(counts.Values, v => Assert.Equal(2, v));
    }

    [Theory]
    [InlineData("<reflect> ok <verdict>Correct</verdict> </reflect>")]
    [InlineData(" <reflect>ok <verdict>Correct</verdict>\n")]
    [InlineData("ok <verdict>Correct</verdict></reflect>")]
    [InlineData("ok <verdict>Correct</verdict>")]
    public void Reflections_may_have_tags_around_them(string reflection)
    {
        var attempt = TraceFixture.Attempt("q", 0, Outcome.Correct);
        var question = new QuestionAttempts(
            "q",
            null,
            "u",
            [TraceAttempt.Of(attempt, [TraceFixture.Reflection(attempt, 0, "Correct", response: reflection)])]
        );
        var trace = Assert.Single(
            TraceFixture
                .Builder(
                    new TraceSettings
                    {
                        Attempts = 1,
                        Layout = "compact",
                        FinalAnswer = "last_attempt",
                    }
                )
                .Build(question)
                .Traces
        );
        Assert.EndsWith("</sample><reflect>ok <verdict>Correct</verdict></reflect></think>", trace.Response, StringComparison.Ordinal);
    }

    [Fact]
    public void Reflections_are_sorted_by_id()
    {
        var attempt = TraceFixture.Attempt("q", 0, Outcome.Correct);
        var reflections = TraceFixture.Reflections(attempt, agreeing: 3);
        Assert.Equal(
            reflections.Select(r => r.Id).Order(StringComparer.Ordinal),
            TraceAttempt.Of(attempt, reflections.Reverse()).Reflections.Select(c => c.Id)
        );
    }
}
