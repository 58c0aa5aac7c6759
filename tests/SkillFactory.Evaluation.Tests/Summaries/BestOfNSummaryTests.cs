using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Tests.Summaries;

public class BestOfNSummaryTests
{
    private static Rollout Answer(string question, int sample, char answer) =>
        Make(
            $"{question}#{sample}",
            question,
            sample,
            null,
            answer switch
            {
                'r' => Outcome.Correct,
                '?' => Outcome.Unscored,
                '-' => Outcome.Truncated,
                _ => Outcome.Wrong,
            },
            answer.ToString(),
            10
        );

    private static Rollout Reflection(string parent, int index, string? verdict, int tokens = 3) =>
        Make($"{parent}/reflection#{index}", parent.Split('#')[0], index, parent, Outcome.Unscored, verdict, tokens);

    private static Rollout Make(string id, string question, int sample, string? parent, Outcome outcome, string? extracted, int tokens) =>
        new()
        {
            Id = id,
            PromptId = question,
            QuestionId = question,
            Task = "toy",
            Level = "3",
            Variant = parent is null ? "original" : "reflection",
            SampleIndex = sample,
            Parent = parent,
            Response = "",
            Outcome = outcome,
            Extracted = extracted,
            TokenCount = tokens,
            PromptTokenCount = 1,
            LogProb = 0,
            MeanEntropy = 0,
            WeightsVersion = 0,
        };

    /// <param name="answers">One letter per answer; r is correct.</param>
    /// <param name="verdicts">One letter per answer: C, I, or a dot for no verdict.</param>
    private static BestOfNLevel Of(string answers, string verdicts, int n) =>
        BestOfNSummary
            .Compute(
                answers.Select((a, i) => Answer("q", i, a)).Reverse(),
                verdicts.Select(
                    (v, i) =>
                        Reflection(
                            $"q#{i}",
                            0,
                            v switch
                            {
                                'C' => "Correct",
                                'I' => "incorrect",
                                _ => null,
                            }
                        )
                ),
                [n],
                new EvaluationSettings { Resamples = 50 },
                KeyedRandom.Of(1, "best")
            )
            .Levels.Single();

    [Theory]
    // answers, verdicts, n, single, majority, verifier, oracle, tokens, sequential tokens
    [InlineData("wrxx", "ICII", 4, 0.25, 0, 1, 1, 52, 26)]
    [InlineData("wrxx", "CCII", 4, 0.25, 0, 0, 1, 52, 13)]
    [InlineData("rwxy", "IIII", 4, 0.25, 0.25, 1, 1, 52, 52)]
    [InlineData("wwrr", "....", 4, 0.5, 0.5, 0, 1, 52, 52)]
    [InlineData("wrxr", "....", 4, 0.5, 1, 0, 1, 52, 52)]
    [InlineData("wrrw", "ICCI", 2, 0.5, 0.5, 1, 1, 26, 19.5)]
    [InlineData("rwwww", "CIIII", 2, 0.25, 0.25, 0.5, 0.5, 26, 19.5)]
    [InlineData("-rxy", "IIII", 4, 0.25, 1.0 / 3, 0, 1, 52, 52)]
    public void Chooses_the_first_answer_judged_Correct(
        string answers,
        string verdicts,
        int n,
        double single,
        double majority,
        double verifier,
        double oracle,
        double tokens,
        double sequential
    )
    {
        var level = Of(answers, verdicts, n);
        Assert.Equal(single, level.Single!.Value, 12);
        Assert.Equal(majority, level.Majority!.Value, 12);
        Assert.Equal(verifier, level.Verifier!.Value, 12);
        Assert.Equal(oracle, level.Oracle!.Value, 12);
        Assert.Equal(tokens, level.Tokens!.Value, 12);
        Assert.Equal(sequential, level.SequentialTokens!.Value, 12);
    }

    [Fact]
    public void An_unscored_answer_counts_as_not_correct()
    {
        var level = Of("w?rr", "ICCC", 2);
        Assert.Equal(2, level.Groups);
        Assert.Equal(0.5, level.Single!.Value);
        Assert.Equal(0.5, level.Verifier!.Value);
        Assert.Equal(0, Of("rr", "CC", 4).Questions);
        Assert.Null(Of("rr", "CC", 4).Verifier);
    }

    [Fact]
    public void Several_reflections_vote_and_a_tie_does_not_count_as_Correct()
    {
        BestOfNLevel With(params string?[] verdicts) =>
            BestOfNSummary
                .Compute(
                    [Answer("q", 0, 'w'), Answer("q", 1, 'r')],
                    [.. verdicts.Select((v, i) => Reflection("q#1", i, v)), Reflection("q#1", 9, null)],
                    [2],
                    new EvaluationSettings { Resamples = 50 },
                    KeyedRandom.Of(1, "best")
                )
                .Levels.Single();

        Assert.Equal(1.0, With("Correct", "Correct", "Incorrect").Verifier!.Value);
        Assert.Equal(0.0, With("Correct", "Incorrect").Verifier!.Value);
        Assert.Equal(20 + (3 * 3), With("Correct", "Incorrect").Tokens!.Value, 12);
    }

    [Fact]
    public void Best_of_n_can_be_compared_with_a_model_that_answers_once()
    {
        var inference = new StatisticalInference(KeyedRandom.Of(1, "b"), 100, 0.95);
        var settings = new EvaluationSettings { Resamples = 50 };
        Rollout[] best = [Answer("a", 0, 'w'), Answer("a", 1, 'r'), Answer("b", 0, 'w'), Answer("b", 1, 'w')];
        var chosen = BestOfNSummary.Compute(best, [Reflection("a#1", 0, "Correct")], [2], settings, KeyedRandom.Of(1, "x")).Levels[0];
        var one = EvaluationSummary
            .Compute([Answer("a", 0, 'r'), Answer("b", 0, 'r'), Answer("c", 0, 'w')], settings, KeyedRandom.Of(1, "x"))
            .Levels[0];
        var difference = inference
            .Compare([new PairedClusters(one.Clusters(Measures.Accuracy), chosen.Clusters(BestOfNChoice.Reflection))])!
            .Pooled;
        Assert.Equal(2, difference.Count);
        Assert.Equal(0.5, difference.Value, 12);
        var pooled = BestOfNLevel.Pool([chosen, chosen], inference.Questions);
        Assert.Equal(2, pooled.Questions);
        Assert.Equal(4, pooled.Groups);
        Assert.Equal(chosen.Verifier!.Value, pooled.Verifier!.Value);

        // In turn, "a" needs both answers and no answer to "b" is judged Correct, so the cost is the same.
        Assert.Equal(chosen.Clusters(BestOfNChoice.Reflection), chosen.Clusters(BestOfNChoice.ReflectionInTurn));
        Assert.Equal(chosen.SequentialTokens!.Value, chosen.CostOf(BestOfNChoice.ReflectionInTurn)!.Value);
        var early = BestOfNSummary.Compute(best, [Reflection("a#0", 0, "Correct")], [2], settings, KeyedRandom.Of(1, "x")).Levels[0];
        Assert.Equal(
            (early.CostOf(BestOfNChoice.Reflection)!.Value - early.CostOf(BestOfNChoice.ReflectionInTurn)!.Value) * 2,
            best[1].TokenCount
        );

        // A majority vote needs no reflections.
        Assert.Equal(20, chosen.CostOf(BestOfNChoice.Majority)!.Value);
        Assert.Equal(new Cluster(0.5, 1), chosen.Clusters(BestOfNChoice.Majority)["a"]);
    }
}
