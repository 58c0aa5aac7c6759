using System.Text.Json;
using CsCheck;
using SkillFactory.Core.Grading;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;

namespace SkillFactory.Core.Tests.Traces;

public class TraceBuilderTests
{
    private static readonly Gen<(TraceSettings Settings, int Correct, int Wrong, int Agreeing, long Seed)> Cases =
        from format in Pick(TraceFormats.Names)
        from attempts in Gen.Int[1, 7]
        from repeats in Gen.Int[1, 3]
        from answer in Pick(RecipeValues.FinalAnswers)
        from loss in Pick(RecipeValues.Losses)
        from layout in Pick(RecipeValues.Layouts)
        from phrases in Pick(RecipeValues.Phrases)
        from correct in Gen.Int[0, 6]
        from wrong in Gen.Int[0, 8]
        from agreeing in Gen.Int[1, 3]
        from seed in Gen.Long
        select (new TraceSettings { Format = format, Attempts = attempts, Repeats = repeats, FinalAnswer = answer, Loss = loss, Layout = layout, Phrases = phrases },
            correct, wrong, agreeing, seed);

    private static Gen<string> Pick(IReadOnlyList<string> items) => Gen.Int[0, items.Count - 1].Select(i => items[i]);

    [Fact]
    public void Traces_keep_their_promises() => Cases.Sample(c =>
    {
        var question = TraceFixture.Question("q", c.Correct, c.Wrong, c.Agreeing);
        var (traces, yield) = TraceFixture.Builder(c.Settings, c.Seed).Build(question);
        var attempts = question.Attempts.ToDictionary(a => a.Attempt.Id);

        // Lengths: each of 1 … K once per repeat, as far as the attempts reach.
        var others = c.Settings.Format == "stop_at_first_correct" ? c.Wrong : c.Correct - 1 + c.Wrong;
        var longest = c.Correct == 0 ? 0 : Math.Min(c.Settings.Attempts, others + 1);
        Assert.Equal(
            Enumerable.Range(0, c.Settings.Repeats).SelectMany(r => Enumerable.Range(1, longest).Select(n => $"q#{r}.{n}")),
            traces.Select(t => t.Id));
        Assert.All(traces, t => Assert.Equal(int.Parse(t.Id.Split('.')[1]), t.Attempts.Count));
        Assert.Equal(traces.Count, yield.Traces);
        Assert.Equal(c.Correct == 0 ? 0 : c.Settings.Repeats * (c.Settings.Attempts - longest), yield.TracesShort);

        foreach (var trace in traces)
        {
            // The last attempt is right; none occurs twice; correctness is the truth.
            Assert.True(trace.AttemptCorrect[^1]);
            Assert.Equal(trace.Attempts.Count, trace.Attempts.Distinct().Count());
            Assert.Equal(trace.Attempts.Select(a => attempts[a].Attempt.Outcome == Outcome.Correct), trace.AttemptCorrect);
            if (c.Settings.Format == "stop_at_first_correct")
            {
                Assert.DoesNotContain(true, trace.AttemptCorrect.SkipLast(1));
            }

            // Each critique judges the attempt before it, and rightly.
            foreach (var (i, id) in trace.Reflections.Index())
            {
                var reflection = attempts[trace.Attempts[i]].Reflections.Single(r => r.Id == id);
                Assert.Equal(trace.AttemptCorrect[i], reflection.Verdict);
            }

            // Text without loss is exactly the text of wrong attempts, when they are masked.
            Assert.Equal(
                c.Settings.Loss == "mask_wrong" ? trace.Attempts.Where((_, i) => !trace.AttemptCorrect[i]).Select(a => attempts[a].Attempt.Response) : [],
                trace.Segments.Where(s => !s.Loss).Select(s => s.Text));

            // Glue stands between attempts only, and fits the attempt before it.
            var phrases = PhraseSet.Resolve(c.Settings.Phrases);
            var glue = trace.Segments.Where(s => s.Kind == SegmentKinds.Glue).Select(s => s.Text.Trim()).ToList();
            Assert.Equal(trace.Attempts.Count - 1, glue.Count);
            Assert.All(glue.Index(), g => Assert.Contains(g.Item, (trace.AttemptCorrect[g.Index] ? phrases.Correct : phrases.Incorrect).Concat(phrases.Generic)));

            // What the grader would read is the last attempt's answer.
            Assert.Equal(Tags.LastAnswer(attempts[trace.Attempts[^1]].Attempt.Response), Tags.LastAnswer(trace.Response)!.Trim());
            Assert.Equal(c.Settings.FinalAnswer == "last_attempt", trace.Response.EndsWith("</think>", StringComparison.Ordinal));
            Assert.Equal(question.User, trace.User);
        }
    }, iter: 500);

    [Fact]
    public void The_same_key_gives_the_same_traces_whatever_the_order_of_the_input() => Cases.Sample(c =>
    {
        var question = TraceFixture.Question("q", c.Correct, c.Wrong, c.Agreeing);
        var reversed = question with { Attempts = [.. question.Attempts.Reverse().Select(a => a with { Reflections = [.. a.Reflections.Reverse()] })] };
        var builder = TraceFixture.Builder(c.Settings, c.Seed);
        builder.Build(TraceFixture.Question("other", 2, 3));
        Assert.Equal(JsonSerializer.Serialize(builder.Build(question).Traces), JsonSerializer.Serialize(TraceFixture.Builder(c.Settings, c.Seed).Build(reversed).Traces));
    }, iter: 100);

    [Fact]
    public void Other_seeds_questions_and_repeats_draw_anew()
    {
        var settings = new TraceSettings { Repeats = 2 };
        string Draws(long seed, string question, int repeat) => string.Join(';', TraceFixture.Builder(settings, seed).Build(TraceFixture.Question(question, 8, 8))
            .Traces.Where(t => t.Id.Contains($"#{repeat}.", StringComparison.Ordinal)).Select(t => string.Join(',', t.Attempts.Select(a => a.Split('#')[1]))));
        string[] draws = [Draws(1, "a", 0), Draws(2, "a", 0), Draws(1, "b", 0), Draws(1, "a", 1)];
        Assert.Equal(4, draws.Distinct().Count());
    }

    /// <summary>Uniform draws: in two-attempt traces the last is either correct one equally often, the first any of the other five equally often.</summary>
    [Fact]
    public void Draws_are_uniform()
    {
        var settings = new TraceSettings { Attempts = 2, Repeats = 6000 };
        var pairs = TraceFixture.Builder(settings).Build(TraceFixture.Question("q", 2, 4)).Traces.Where(t => t.Attempts.Count == 2).ToList();
        var last = pairs.CountBy(t => t.Attempts[1]).ToDictionary();
        var first = pairs.CountBy(t => t.Attempts[0]).ToDictionary();

        // Counts are binomial: five standard deviations around the expectation.
        Assert.Equal(2, last.Count);
        Assert.All(last.Values, n => Assert.InRange(n, 3000 - 194, 3000 + 194));
        Assert.Equal(6, first.Count);
        Assert.All(first.Where(p => p.Key.EndsWith("#0", StringComparison.Ordinal) || p.Key.EndsWith("#1", StringComparison.Ordinal)), p => Assert.InRange(p.Value, 600 - 117, 600 + 117));
        Assert.All(first.Where(p => p.Key[^1] is > '1'), p => Assert.InRange(p.Value, 1200 - 155, 1200 + 155));
    }

    [Fact]
    public void Every_filter_is_counted_by_class()
    {
        var right = TraceFixture.Attempt("q", 0, Outcome.Correct);
        var wrong = TraceFixture.Attempt("q", 1, Outcome.Wrong);
        var question = new QuestionAttempts("q", "sys", "user",
        [
            new JudgedAttempt(right,
            [
                TraceFixture.Reflection(right, 0, "Correct"),
                TraceFixture.Reflection(right, 1, " INCORRECT "),
                TraceFixture.Reflection(right, 2, null),
                TraceFixture.Reflection(right, 3, "maybe"),
                TraceFixture.Reflection(right, 4, "Correct", Outcome.Truncated),
                TraceFixture.Reflection(right, 5, "Correct", response: "was <answer>1</answer> <verdict>Correct</verdict>"),
            ]),
            new JudgedAttempt(wrong, [TraceFixture.Reflection(wrong, 0, "Incorrect"), TraceFixture.Reflection(wrong, 1, "incorrect"), TraceFixture.Reflection(wrong, 2, "Correct")]),
            TraceFixture.Judged(TraceFixture.Attempt("q", 2, Outcome.Wrong), 0),
            TraceFixture.Judged(TraceFixture.Attempt("q", 3, Outcome.Truncated), 2),
            TraceFixture.Judged(TraceFixture.Attempt("q", 4, Outcome.Unparseable, "no answer"), 2),
            TraceFixture.Judged(TraceFixture.Attempt("q", 5, Outcome.Unscored), 2),
            TraceFixture.Judged(TraceFixture.Attempt("q", 6, Outcome.Correct, "<sample><answer>1</answer></sample>"), 2),
            TraceFixture.Judged(TraceFixture.Attempt("q", 7, Outcome.Wrong, "the grader saw more than there is"), 2),
        ]);

        var (traces, yield) = TraceFixture.Builder(new TraceSettings { Attempts = 3 }).Build(question);
        Assert.Equal(new TraceYield
        {
            Questions = 1,
            AttemptsCorrect = 2,
            AttemptsWrong = 2,
            AttemptsUnparseable = 2,
            AttemptsTruncated = 1,
            AttemptsUnscored = 1,
            AttemptsWithTraceTags = 1,
            Reflections = 10,
            ReflectionsKeptOfCorrect = 1,
            ReflectionsKeptOfWrong = 2,
            ReflectionsMismatchedOfCorrect = 1,
            ReflectionsMismatchedOfWrong = 2,
            ReflectionsWithoutVerdict = 2,
            ReflectionsTruncated = 1,
            ReflectionsWithTraceTags = 1,
            AttemptsKeptCorrect = 1,
            AttemptsKeptWrong = 1,
            QuestionsUsable = 1,
            Traces = 2,
            TracesShort = 1,
        }, yield);
        Assert.All(traces, t => Assert.Equal("sys", t.System));
        Assert.Equal(new HashSet<string> { right.Id, wrong.Id }, traces.SelectMany(t => t.Attempts).ToHashSet());
    }

    [Fact]
    public void A_question_without_a_usable_correct_attempt_gives_nothing()
    {
        var (traces, yield) = TraceFixture.Builder(new TraceSettings()).Build(TraceFixture.Question("q", 0, 9));
        Assert.Empty(traces);
        Assert.Equal((0, 9, 0), (yield.QuestionsUsable, yield.AttemptsKeptWrong, yield.TracesShort));
    }

    [Fact]
    public void Yields_add_up_and_every_count_has_a_name()
    {
        var ones = new TraceYield();
        foreach (var property in typeof(TraceYield).GetProperties())
        {
            property.SetValue(ones, 1L);
        }

        var counts = (ones + ones + new TraceYield()).ToCounts();
        Assert.Equal(typeof(TraceYield).GetProperties().Length, counts.Count);
        Assert.All(counts.Values, v => Assert.Equal(2, v));
    }

    [Theory]
    [InlineData("<reflect> ok <verdict>Correct</verdict> </reflect>")]
    [InlineData(" <reflect>ok <verdict>Correct</verdict>\n")]
    [InlineData("ok <verdict>Correct</verdict></reflect>")]
    [InlineData("ok <verdict>Correct</verdict>")]
    public void Critiques_may_come_wrapped(string critique)
    {
        var attempt = TraceFixture.Attempt("q", 0, Outcome.Correct);
        var question = new QuestionAttempts("q", null, "u", [new JudgedAttempt(attempt, [TraceFixture.Reflection(attempt, 0, "Correct", response: critique)])]);
        var trace = Assert.Single(TraceFixture.Builder(new TraceSettings { Attempts = 1, Layout = "compact", FinalAnswer = "last_attempt" }).Build(question).Traces);
        Assert.EndsWith("</sample><reflect>ok <verdict>Correct</verdict></reflect></think>", trace.Response, StringComparison.Ordinal);
    }

    [Fact]
    public void Joining_follows_lineage()
    {
        var a = TraceFixture.Question("a", 1, 1);
        var b = TraceFixture.Question("b", 2, 0);
        var attempts = b.Attempts.Concat(a.Attempts).Select(j => j.Attempt).ToList();
        var reflections = a.Attempts.Concat(b.Attempts).SelectMany(j => j.Reflections).ToList();
        var joined = QuestionAttempts.Join([("a", null, a.User), ("none", null, "x"), ("b", null, b.User)], attempts, reflections).ToList();
        Assert.Equal(JsonSerializer.Serialize(new[] { a, b }), JsonSerializer.Serialize(joined));

        var error = Assert.Throws<InvalidDataException>(() => QuestionAttempts.Join([("a", null, a.User)], a.Attempts.Select(j => j.Attempt), reflections).ToList());
        Assert.Contains("b/original#0", error.Message, StringComparison.Ordinal);
    }
}
