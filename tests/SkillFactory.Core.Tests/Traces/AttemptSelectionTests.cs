using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tests.Traces;

/// <summary>Ranks, near-duplicates and the verdict filter.</summary>
public class AttemptSelectionTests
{
    private static readonly TraceSettings Ranked = new() { Selection = "ranked", Attempts = 1 };

    [Fact]
    public void Ranks_are_the_mean_of_consistency_agreement_and_steps()
    {
        // Answers: 7 three times (two graded correct, one wrong), 8 once.
        var question = new QuestionAttempts(
            "q",
            null,
            "u",
            [
                Judged(0, Outcome.Correct, "7", ["Correct", "Correct"], steps: 0.5),
                Judged(1, Outcome.Correct, " 7 ", ["Correct", "Incorrect"], steps: null),
                Judged(2, Outcome.Correct, "8", ["Correct", "maybe"], steps: null),
                Judged(3, Outcome.Wrong, "3 + 4 = 7", ["Incorrect"], steps: 1),
            ]
        );
        var traces = TraceFixture.Builder(Ranked with { Format = "random", Repeats = 200 }).Build(question).Traces;
        var ranks = traces.GroupBy(t => t.Attempts[0]).ToDictionary(g => g.Key, g => g.Select(t => t.Ranks![0]).Distinct().Single());
        Assert.Equal(4, ranks.Count);
        Assert.Equal(new AttemptRank(1, (1 + (1.0 / 3) + 0.5) / 3, 1, 1.0 / 3, 0.5), ranks["q/original#0"]);
        Assert.Equal(new AttemptRank(3, (0.5 + (1.0 / 3)) / 2, 0.5, 1.0 / 3, null), ranks["q/original#1"]);
        Assert.Equal(new AttemptRank(2, 0.5, 1, 0, null), ranks["q/original#2"]);
        Assert.Equal(new AttemptRank(1, (1 + 0 + 1) / 3.0, 1, 0, 1), ranks["q/original#3"]);
    }

    /// <summary>Rank n of a class is drawn with probability proportional to 1/n: 6/11, 3/11 and 2/11 for three attempts.</summary>
    [Fact]
    public void Draws_by_rank_follow_harmonic_weights_and_keep_the_mix_of_classes()
    {
        var question = new QuestionAttempts(
            "q",
            null,
            "u",
            [
                Judged(0, Outcome.Correct, "a", ["Correct", "Incorrect", "Incorrect"]),
                Judged(1, Outcome.Correct, "b", ["Correct", "Correct"]),
                Judged(2, Outcome.Correct, "c", ["Correct", "Incorrect"]),
                Judged(3, Outcome.Wrong, "d", ["Incorrect"]),
            ]
        );
        const int Draws = 11_000;
        var drawn = TraceFixture.Builder(Ranked with { Repeats = Draws }).Build(question).Traces.CountBy(t => t.Attempts[0]).ToDictionary();
        foreach (var (id, share) in new[] { ("q/original#1", 6.0 / 11), ("q/original#2", 3.0 / 11), ("q/original#0", 2.0 / 11) })
        {
            Assert.InRange(drawn[id], (Draws * share) - 262, (Draws * share) + 262);
        }

        var any = TraceFixture
            .Builder(Ranked with { Format = "random", Repeats = Draws })
            .Build(question)
            .Traces.Count(t => t.AttemptCorrect[0]);
        Assert.InRange(any, (Draws * 0.75) - 228, (Draws * 0.75) + 228);
    }

    [Theory]
    [InlineData("keep", new[] { 0, 1, 2, 3, 4 })]
    [InlineData("same_text", new[] { 0, 2, 3, 4 })]
    [InlineData("same_answer", new[] { 0, 3, 4 })]
    public void Near_duplicates_are_dropped_as_configured(string duplicates, int[] kept)
    {
        var question = new QuestionAttempts(
            "q",
            null,
            "u",
            [
                Response(0, Outcome.Correct, "Sum: <answer>(1 + 2) * 3 = 9</answer>"),
                Response(1, Outcome.Correct, "SUM:\n\n <answer>(1 + 2) * 3 = 9</answer> "),
                Response(2, Outcome.Correct, "Else <answer>(1+2) × 3</answer>"),
                Response(3, Outcome.Correct, "Sum: <answer>3 * (1 + 2)</answer>"),
                Response(4, Outcome.Wrong, "Sum: <answer>(1 + 2) * 3 = 9</answer>"),
            ]
        );
        var (traces, yield) = TraceFixture
            .Builder(
                new TraceSettings
                {
                    Attempts = 5,
                    Duplicates = duplicates,
                    Repeats = 20,
                }
            )
            .Build(question);
        Assert.Equal(kept.Select(i => $"q/original#{i}"), traces.SelectMany(t => t.Attempts).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(5 - kept.Length, yield.AttemptsDuplicate.Total);
    }

    [Fact]
    public void The_best_ranked_duplicate_is_kept()
    {
        var question = new QuestionAttempts(
            "q",
            null,
            "u",
            [Judged(0, Outcome.Correct, "7", ["Correct", "Incorrect"]), Judged(1, Outcome.Correct, "7", ["Correct", "Correct"])]
        );
        var traces = TraceFixture.Builder(Ranked with { Duplicates = "same_answer", Repeats = 30 }).Build(question).Traces;
        Assert.All(traces, t => Assert.Equal(["q/original#1"], t.Attempts));
    }

    [Fact]
    public void Wrong_verdicts_are_kept_without_the_verdict_filter()
    {
        var question = new QuestionAttempts("q", null, "u", [Judged(0, Outcome.Correct, "1", ["Incorrect", "what?"])]);
        var (none, filtered) = TraceFixture.Builder(new TraceSettings { Attempts = 1 }).Build(question);
        Assert.Empty(none);
        Assert.Equal(new ClassCount(1, 0), filtered.AttemptsWithoutReflection);
        var (one, open) = TraceFixture.Builder(new TraceSettings { Attempts = 1, VerdictFilter = false }).Build(question);
        Assert.Equal(["q/original#0/reflection#0"], Assert.Single(one).Reflections);
        Assert.Equal((new ClassCount(1, 0), new ClassCount(1, 0)), (open.ReflectionsMismatched, open.ReflectionsKept));
    }

    /// <summary>Boxed answers are outside answer tags. The extracted answer can be restated, but the attempt cannot end a trace.</summary>
    [Fact]
    public void An_answer_outside_answer_tags_can_be_restated()
    {
        var attempt = TraceFixture.Attempt("q", 0, Outcome.Correct, "So it is \\boxed{12}.") with { Extracted = "12" };
        var question = new QuestionAttempts("q", null, "u", [TraceAttempt.Of(attempt, [TraceFixture.Reflection(attempt, 0, "Correct")])]);
        var restated = Assert.Single(TraceFixture.Builder(new TraceSettings { Attempts = 1 }).Build(question).Traces);
        Assert.Equal("12", Tags.LastAnswer(restated.Response)!.Trim());
        Assert.Empty(TraceFixture.Builder(new TraceSettings { Attempts = 1, FinalAnswer = "last_attempt" }).Build(question).Traces);
    }

    private static TraceAttempt Judged(int index, Outcome outcome, string answer, string[] verdicts, double? steps = null)
    {
        var attempt = TraceFixture.Attempt("q", index, outcome, $"try {index} <answer>{answer}</answer>");
        return TraceAttempt.Of(attempt, [.. verdicts.Select((v, i) => TraceFixture.Reflection(attempt, i, v))], steps);
    }

    private static TraceAttempt Response(int index, Outcome outcome, string response) =>
        TraceFixture.Judged(TraceFixture.Attempt("q", index, outcome, response), 1);
}
