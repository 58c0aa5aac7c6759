using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Tests.Summaries;

public class EvaluationSummaryTests
{
    private static readonly EvaluationSettings Settings = new() { Resamples = 300 };

    // An attempt is correct when its last answer is the gold answer. The answer "?" cannot be scored.
    private static Grade ToyGrade(Question question, string text) =>
        Tags.LastAnswer(text)?.Trim() switch
        {
            "?" => new Grade(Outcome.Unscored, "?", "time"),
            null => new Grade(Outcome.Unparseable, null, "none"),
            var answer when answer == question.Gold => new Grade(Outcome.Correct, answer, ""),
            var answer => new Grade(Outcome.Wrong, answer, "wrong"),
        };

    private static Rollout Make(
        string question,
        int sample,
        string response,
        Outcome outcome = Outcome.Correct,
        string? extracted = null,
        int tokens = 10,
        string level = "3"
    ) =>
        new()
        {
            Id = $"{question}#{sample}",
            PromptId = question,
            QuestionId = question,
            Task = "toy",
            Level = level,
            Variant = "original",
            SampleIndex = sample,
            Response = response,
            Outcome = outcome,
            Extracted = extracted,
            TokenCount = tokens,
            PromptTokenCount = 5,
            LogProb = -1,
            MeanEntropy = 1,
            WeightsVersion = 0,
        };

    private static readonly Dictionary<string, Question> Questions = new() { ["q"] = new Question("q", "toy", "3", "?", "7") };

    private static SkillCounts Skills(string response, bool truncated = false) =>
        SkillCounts.Compute([Make("q", 0, response, truncated ? Outcome.Truncated : Outcome.Wrong)], Questions, ToyGrade);

    [Fact]
    public void Summary_counts_outcomes_tokens_and_answers()
    {
        var summary = EvaluationSummary.Compute(
            [
                Make("a", 0, "", Outcome.Correct, "1", 10),
                Make("a", 1, "", Outcome.Wrong, "2", 20),
                Make("a", 2, "", Outcome.Unscored, null, 30),
                Make("a", 3, "", Outcome.Truncated, "2", 40),
                Make("b", 0, "", Outcome.Correct, "5", 10),
                Make("b", 1, "", Outcome.Correct, "5", 10),
                Make("b", 2, "", Outcome.Wrong, "6", 10),
                Make("b", 3, "", Outcome.Unparseable, null, 10),
                Make("c", 0, "", Outcome.Unscored, null, 12, "4"),
            ],
            Settings,
            KeyedRandom.Of(1, "evaluate")
        );

        var level = summary.Find("toy", "3")!;
        Assert.Equal(2, level.Questions);
        Assert.Equal(8, level.Samples);
        Assert.Equal(
            new Dictionary<Outcome, int>
            {
                [Outcome.Correct] = 3,
                [Outcome.Wrong] = 2,
                [Outcome.Unparseable] = 1,
                [Outcome.Truncated] = 1,
                [Outcome.Unscored] = 1,
            },
            level.Outcomes
        );
        Assert.Equal(3.0 / 8, level.Accuracy!.Value, 12);
        Assert.Equal(2, level.Accuracy.Count);
        Assert.Equal(140.0 / 8, level.Tokens!.Value, 12);
        Assert.Equal(7.0 / 8, level.Finished!.Value, 12);
        // In a, the unscored and the truncated response have no vote, so the correct "1" and the wrong "2" tie. In b, "5" has the most
        // votes.
        Assert.Equal([2, 4], level.MajorityAtK.Keys.Order());
        Assert.Equal(0.75, level.MajorityAtK[4].Value);
        Assert.Equal(
            (Majority.AtK([0, 1, -1, -1], [true, false, false, false], 2) + Majority.AtK([0, 0, 1, -1], [true, true, false, false], 2)) / 2,
            level.MajorityAtK[2].Value,
            12
        );
        Assert.Equal([1, 2, 4], level.PassAtK.Keys.Order());
        Assert.Equal((PassAtK.Unbiased(4, 1, 2) + PassAtK.Unbiased(4, 2, 2)) / 2, level.PassAtK[2].Value, 12);
        Assert.Equal(2, level.PassAtK[4].Count);
        var a = level.PerQuestion["a"];
        Assert.Equal(("CWUT", 4, 1, 3, 100L), (a.Outcomes, a.Samples, a.Correct, a.Finished, a.TotalTokens));
        Assert.Equal([0, 1, -1, -1], a.Answers);
        Assert.Equal(0.5, a.MajorityAt(4));
        Assert.Equal((8, 40.0, 256), (level.Lengths!.Count, level.Lengths.Quantiles[^1], level.ResponseLimit));

        var unscored = summary.Find("toy", "4")!;
        Assert.Equal(0, unscored.Accuracy!.Value);
        Assert.Equal(0, unscored.PassAtK[1].Value);
        Assert.Equal(1, unscored.Outcomes[Outcome.Unscored]);
        Assert.Null(summary.Find("toy", "5"));
    }

    [Fact]
    public void Json_round_trip_keeps_everything()
    {
        var summary = EvaluationSummary.Compute(
            [Make("q", 0, "<answer>7</answer>", extracted: "7"), Make("q", 1, "<answer>8</answer>", Outcome.Wrong, "8")],
            Settings,
            KeyedRandom.Of(1, "e"),
            Questions,
            ToyGrade
        );
        var json = JsonSerializer.Serialize(summary, CoreJson.Options);
        var back = JsonSerializer.Deserialize<EvaluationSummary>(json, CoreJson.Options)!;
        Assert.Equal(json, JsonSerializer.Serialize(back, CoreJson.Options));
        Assert.Equal(summary.Levels[0].Skills, back.Levels[0].Skills);
        Assert.Equal(new Proportion(1, 2), back.Levels[0].Skills!.FirstAttempt);
    }

    [Fact]
    public void Pooling_counts_a_question_of_two_seeds_once()
    {
        EvaluationSummary Seed(int correct) =>
            EvaluationSummary.Compute(
                Enumerable
                    .Range(0, 8)
                    .SelectMany(q =>
                        Enumerable.Range(0, 4).Select(s => Make($"q{q}", s, "", s < correct ? Outcome.Correct : Outcome.Wrong, "x"))
                    ),
                Settings,
                KeyedRandom.Of(1, "e")
            );

        var bootstrap = new Bootstrap(KeyedRandom.Of(1, "pool"), 300, 0.95);
        var inference = new StatisticalInference(KeyedRandom.Of(1, "pool"), 300, 0.95);
        LevelSummary[] runs = [Seed(1).Levels[0], Seed(3).Levels[0]];
        var pooled = LevelSummary.Pool(runs, bootstrap);
        Assert.Equal(8, pooled.Questions);
        Assert.Equal(64, pooled.Samples);
        Assert.Equal(0.5, pooled.Accuracy!.Value, 12);
        Assert.Equal(8, pooled.Accuracy.Count);
        Assert.Empty(pooled.PerQuestion);

        PairedDifference? Difference(Measure of) => inference.Compare([new PairedClusters(runs[1].Clusters(of), runs[0].Clusters(of))]);
        var difference = Difference(Measures.Accuracy)!;
        Assert.Equal(0.5, difference.Pooled.Value, 12);
        Assert.True(difference.Pooled.Interval!.ExcludesZero);
        // All eight questions differ by the same amount in the same direction.
        Assert.Equal(new SignFlipResult(2.0 / 256, true, 8), difference.Test);
        Assert.Null(difference.AcrossSeeds);
        Assert.Equal(PassAtK.Unbiased(4, 3, 2) - PassAtK.Unbiased(4, 1, 2), Difference(Measures.PassAtK(2))!.Pooled.Value, 12);
        Assert.Null(Difference(Measures.PassAtK(8)));
        Assert.Equal(
            0.5,
            inference
                .Compare([
                    new PairedClusters(runs[1].Clusters(Measures.Accuracy), runs[0].Clusters(Measures.Accuracy)),
                    new PairedClusters(runs[1].Clusters(Measures.Accuracy), runs[0].Clusters(Measures.Accuracy)),
                ])!
                .AcrossSeeds!.Value,
            12
        );
    }

    [Fact]
    public void Results_under_a_shorter_limit_come_from_the_same_responses()
    {
        var level = EvaluationSummary
            .Compute(
                [
                    Make("a", 0, "", Outcome.Correct, "1", 10),
                    Make("a", 1, "", Outcome.Correct, "1", 90),
                    Make("b", 0, "", Outcome.Truncated, null, 100),
                    Make("b", 1, "", Outcome.Wrong, "2", 40),
                ],
                Settings with
                {
                    Decoding = new Decoding { MaxNewTokens = 50 },
                    LimitScale = new Dictionary<string, double> { ["toy/3"] = 2 },
                },
                KeyedRandom.Of(1, "e")
            )
            .Levels[0];
        Assert.Equal(100, level.ResponseLimit);
        Assert.Equal(new Cluster(1, 2), level.Clusters(Measures.AccuracyWithin(50))["a"]);
        Assert.Equal(new Cluster(60, 2), level.Clusters(Measures.TokensWithin(50))["a"]);
        Assert.Equal(level.Clusters(Measures.Accuracy)["a"], level.Clusters(Measures.AccuracyWithin(100))["a"]);
        Assert.Equal(new Cluster(90, 2), level.Clusters(Measures.TokensWithin(50))["b"]);
    }

    [Fact]
    public void Differences_use_only_common_questions()
    {
        LevelSummary Of(params (string Question, bool Right)[] results) =>
            EvaluationSummary
                .Compute(
                    results.Select(r => Make(r.Question, 0, "", r.Right ? Outcome.Correct : Outcome.Wrong, "x")),
                    Settings,
                    KeyedRandom.Of(1, "e")
                )
                .Levels[0];

        PairedDifference? Compare(LevelSummary left, LevelSummary right) =>
            new StatisticalInference(KeyedRandom.Of(1, "pool"), 100, 0.95).Compare([
                new PairedClusters(left.Clusters(Measures.Accuracy), right.Clusters(Measures.Accuracy)),
            ]);
        var difference = Compare(Of(("a", true), ("b", false), ("c", true)), Of(("b", false), ("a", false), ("d", true)))!;
        Assert.Equal(2, difference.Pooled.Count);
        Assert.Equal(0.5, difference.Pooled.Value, 12);
        Assert.Null(Compare(Of(("a", true)), Of(("b", true))));
    }

    [Fact]
    public void Skills_are_counted_in_a_well_formed_trace()
    {
        var skills = Skills(
            "<think><sample><answer>1</answer></sample><reflect><verdict>Incorrect</verdict></reflect>"
                + "<sample><answer> 1 </answer></sample><reflect><verdict>Correct</verdict></reflect>"
                + "<sample><answer>7</answer></sample><reflect><verdict>Correct</verdict></reflect></think><answer>7</answer>"
        );
        Assert.Equal(3, skills.Attempts);
        Assert.Equal(3, skills.Reflections);
        Assert.Equal(new Proportion(1, 1), skills.WellFormed);
        Assert.Equal(new VerdictCounts(CorrectOfRight: 1, CorrectOfWrong: 1, IncorrectOfWrong: 1), skills.Judged);
        Assert.Equal(new Proportion(1, 2), skills.StopAfterCorrect);
        Assert.Equal(new Proportion(0, 1), skills.StopAfterIncorrect);
        Assert.Equal(new Proportion(0, 1), skills.FirstAttempt);
        Assert.Equal(new Proportion(1, 1), skills.AnyAttempt);
        Assert.Equal(new Proportion(1, 2), skills.WrongToRight);
        Assert.Equal(Proportion.None, skills.RightToWrong);
        Assert.Equal(new Proportion(1, 2), skills.NearDuplicates);
        Assert.Equal(0.5, skills.Judged.CorrectPrecision.Value);
        Assert.Equal(1.0, skills.Judged.CorrectRecall.Value);
        Assert.Equal(new Cluster(2, 3), skills.Judged.CorrectF1Parts);
        Assert.Equal(1.0, skills.Judged.IncorrectPrecision.Value);
        Assert.Equal(0.5, skills.Judged.IncorrectRecall.Value);
        Assert.Equal(1.0 / 3, skills.Judged.Right.Value!.Value, 12);
    }

    [Fact]
    public void An_equal_answer_in_another_form_is_a_repeat()
    {
        var rollout = Make(
            "q",
            0,
            "<sample><answer>1+6</answer></sample><sample><answer>6+1</answer></sample><sample><answer>2+5</answer></sample>",
            Outcome.Correct,
            "7"
        );
        var skills = SkillCounts.Compute([rollout], Questions, (_, text) =>
            new Grade(Outcome.Correct, Tags.LastAnswer(text), "") { Canonical = string.Concat(Tags.LastAnswer(text)!.Order()) }
        );
        Assert.Equal(new Proportion(1, 2), skills.NearDuplicates);
    }

    [Fact]
    public void Skills_are_counted_in_malformed_responses()
    {
        // A second reflection on an attempt, a reflection without an attempt, and a reflection on an unscored attempt do not count.
        var twice = Skills(
            "<reflect><verdict>Correct</verdict></reflect><sample><answer>7</answer></sample>"
                + "<reflect><verdict>Incorrect</verdict></reflect><reflect><verdict>Correct</verdict></reflect>"
        );
        Assert.Equal(new VerdictCounts(IncorrectOfRight: 1), twice.Judged);
        Assert.Equal(3, twice.Verdicts);
        var unscored = Skills("<sample><answer>?</answer></sample><reflect><verdict>Correct</verdict></reflect>");
        Assert.Equal(new VerdictCounts(), unscored.Judged);
        Assert.Equal(new Proportion(0, 1), unscored.FirstAttempt);
        Assert.Equal(new Proportion(0, 1), unscored.AnyAttempt);
        Assert.Equal(new Proportion(1, 1), unscored.StopAfterCorrect);

        // The unfinished second attempt counts as an attempt, but not as a change of the outcome and not as a repeat.
        var cut = Skills(
            "<sample><answer>7</answer></sample><reflect><verdict>Incorrect</verdict></reflect><sample><answer>7</answer>",
            truncated: true
        );
        Assert.Equal(2, cut.Attempts);
        Assert.Equal(Proportion.None, cut.RightToWrong);
        Assert.Equal(Proportion.None, cut.NearDuplicates);
        Assert.Equal(new Proportion(0, 1), cut.StopAfterIncorrect);
        Assert.Equal(new Proportion(0, 1), cut.WellFormed);

        var empty = Skills("");
        Assert.Equal(0, empty.Attempts);
        Assert.Equal(new Proportion(0, 1), empty.FirstAttempt);
        Assert.Equal(new Proportion(0, 1), empty.AnyAttempt);
        Assert.Equal(0, empty.Judged.CorrectF1Parts.Weight);
        Assert.Throws<KeyNotFoundException>(() => SkillCounts.Compute([Make("other", 0, "")], Questions, ToyGrade));
    }

    [Fact]
    public void An_oracle_stops_at_the_first_correct_attempt()
    {
        const string Trace =
            "<sample><answer>1</answer></sample><reflect><verdict>Incorrect</verdict></reflect>"
            + "<sample><answer>7</answer></sample><sample><answer>7</answer></sample>";
        SkillCounts With(int[]? ends, string response = Trace, int tokens = 30) =>
            SkillCounts.Compute([Make("q", 0, response, tokens: tokens) with { AttemptEnds = ends }], Questions, ToyGrade);

        Assert.Equal((1, 18L), (With([5, 18, 25]).OracleResponses, With([5, 18, 25]).OracleTokens));
        Assert.Equal(30, With([5], "<sample><answer>1</answer></sample>").OracleTokens);
        // A plain answer counts in full. A trace without known ends of its attempts does not count.
        Assert.Equal(30, With(null, "<answer>7</answer>").OracleTokens);
        Assert.Equal((0, 0L), (With(null).OracleResponses, With(null).OracleTokens));
    }

    [Fact]
    public void Skill_intervals_are_over_questions()
    {
        // Ten questions with ten equal responses each give the certainty of ten cases, not of a hundred.
        var questions = Enumerable.Range(0, 10).ToDictionary(q => $"q{q}", q => new Question($"q{q}", "toy", "3", "?", "7"));
        var level = EvaluationSummary
            .Compute(
                questions.Keys.SelectMany(
                    (q, i) =>
                        Enumerable
                            .Range(0, 10)
                            .Select(s =>
                                Make(
                                    q,
                                    s,
                                    $"<sample><answer>{(i % 2 == 0 ? 7 : 8)}</answer></sample><reflect><verdict>Correct</verdict></reflect>"
                                )
                            )
                ),
                Settings,
                KeyedRandom.Of(1, "e"),
                questions,
                ToyGrade
            )
            .Levels[0];
        var figures = SkillEstimates.Of([level], new Bootstrap(KeyedRandom.Of(1, "b"), 1000, 0.95))!;
        Assert.Equal((0.5, 100), (figures.CorrectPrecision!.Value, figures.CorrectPrecision.Count));
        Assert.True(figures.CorrectPrecision.Interval!.High - figures.CorrectPrecision.Interval.Low > 0.5);
        Assert.Equal(2.0 / 3, figures.CorrectF1!.Value, 12);
        Assert.Equal(0.5, figures.OracleStop!.Value);
        Assert.Equal(1, figures.StopAfterCorrect!.Value);
        Assert.Null(figures.StopAfterIncorrect);
        Assert.Equal(100, figures.Counts.Responses);
    }

    [Fact]
    public void Skill_counts_add_up()
    {
        string[] responses =
        [
            "<answer>7</answer>",
            "<sample><answer>1</answer></sample><reflect><verdict>Correct</verdict></reflect>",
            "",
            "<sample><answer>7</answer></sample><sample><answer>1</answer></sample>",
        ];
        var together = SkillCounts.Compute(responses.Select((r, i) => Make("q", i, r)), Questions, ToyGrade);
        Assert.Equal(together, responses.Select(r => Skills(r)).Aggregate((a, b) => a + b));
        Assert.Equal(new Proportion(1, 1), together.RightToWrong);
        Assert.Equal(together.Responses, together.Attempts);
    }

    [Fact]
    public void The_gate_does_not_hold_when_a_verdict_never_occurs()
    {
        const string Linked =
            "<sample>a</sample><reflect><verdict>Incorrect</verdict></reflect>"
            + "<sample><answer>b</answer></sample><reflect><verdict>Correct</verdict></reflect>";
        var check = GateCheck.Compute([Make("q", 0, Linked), Make("q", 1, Linked)]);
        Assert.Equal(new GateCheck(new Proportion(2, 2), new Proportion(0, 2), new Proportion(2, 2)), check);
        Assert.True(check.Holds(new SftGate()));
        Assert.False(GateCheck.Compute([Make("q", 0, "<answer>7</answer>")]).Holds(new SftGate()));
        Assert.False(
            GateCheck
                .Compute([Make("q", 0, Linked), Make("q", 1, "<sample>a</sample><reflect><verdict>Incorrect</verdict></reflect>")])
                .Holds(new SftGate())
        );
    }
}
