using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>Sampling that stops where a question, or the budget, has enough.</summary>
public sealed class AttemptRoundsTests
{
    private static readonly SamplingSettings Sampling = TestSystem.Recipe().Sampling with { AttemptsPerVariant = 1 };

    [Fact]
    public async Task Only_questions_that_lack_attempts_are_asked_again()
    {
        await using var system = await TestSystem.StartAsync();
        var (result, attempts) = await SampleAsync(
            system,
            Sampling with
            {
                Rounds = 4,
                Enough = new EnoughAttempts { Correct = 2, Wrong = 1 },
            }
        );
        var questions = await system.Store.ReadAllAsync<Question>(result.Outputs["questions"]);
        Assert.Equal(attempts.Count, attempts.Select(a => a.Id).Distinct().Count());

        foreach (var question in questions)
        {
            // A question is asked again if and only if it does not have enough attempts yet.
            var own = attempts.Where(a => a.QuestionId == question.Id).GroupBy(a => Round(a)).OrderBy(r => r.Key).ToList();
            Assert.Equal(Enumerable.Range(1, own.Count), own.Select(r => r.Key));
            Assert.All(own, r => Assert.Equal(["original", "rephrase"], r.Select(a => a.Variant)));
            for (var rounds = 1; rounds <= own.Count; rounds++)
            {
                var soFar = own.Take(rounds).SelectMany(r => r).ToList();
                var enough = soFar.Count(a => a.Outcome == Outcome.Correct) >= 2 && soFar.Any(a => a.Outcome == Outcome.Wrong);
                Assert.Equal(
                    rounds == own.Count && (enough || rounds == 4) ? "stops" : "continues",
                    enough || rounds == 4 ? "stops" : "continues"
                );
            }
        }

        var most = attempts.Max(Round);
        Assert.InRange(most, 2, 4);
        Assert.Equal(
            (most, attempts.Count, attempts.Sum(a => a.TokenCount)),
            (result.Counts["rounds"], result.Counts["rollouts"], result.Counts[StageResult.GeneratedTokens])
        );
        Assert.Equal(
            questions.Count(q =>
                attempts.Count(a => a.QuestionId == q.Id && a.Outcome == Outcome.Correct) >= 2
                && attempts.Any(a => a.QuestionId == q.Id && a.Outcome == Outcome.Wrong)
            ),
            result.Counts["questions_with_enough"]
        );
    }

    [Fact]
    public async Task The_first_round_equals_a_run_with_a_single_round()
    {
        await using var system = await TestSystem.StartAsync();
        var (_, alone) = await SampleAsync(system, Sampling);
        var (_, rounds) = await SampleAsync(
            system,
            Sampling with
            {
                Rounds = 2,
                Enough = new EnoughAttempts { Correct = 1 },
            }
        );
        Assert.Equal(alone, rounds.Where(a => Round(a) == 1).Select(a => a));
    }

    [Fact]
    public async Task No_batch_begins_after_the_budget_is_spent_and_the_mix_is_kept()
    {
        await using var system = await TestSystem.StartAsync();

        // 12 questions × 2 variants, 5 prompts a batch: 4 batches of 9 questions and 2 of 3; an answer has 5 to 7 tokens.
        var (whole, all) = await SampleAsync(system, Sampling with { TokenBudget = 100_000 });
        Assert.Equal((24, 6), (all.Count, whole.Counts["batches"]));
        var (result, attempts) = await SampleAsync(system, Sampling with { TokenBudget = 70 });
        Assert.InRange(result.Counts[StageResult.GeneratedTokens], 70, 70 + (5 * 7));
        Assert.Equal(attempts.Sum(a => a.TokenCount), result.Counts[StageResult.GeneratedTokens]);
        Assert.All(attempts, a => Assert.Contains(a, all));
        Assert.Equal(["2x1", "3x1"], attempts.Select(a => a.Level).Distinct().Order());
    }

    [Fact]
    public async Task A_token_budget_can_span_rounds()
    {
        await using var system = await TestSystem.StartAsync();
        var (result, attempts) = await SampleAsync(system, Sampling with { Rounds = 50, TokenBudget = 1000 });
        Assert.InRange(result.Counts[StageResult.GeneratedTokens], 1000, 1000 + (5 * 7));
        Assert.Equal(result.Counts["rounds"], attempts.Max(Round));
        Assert.True(attempts.Max(Round) > 2);
    }

    [Theory]
    [InlineData(null, 4)]
    [InlineData(400L, 9)]
    public async Task The_number_of_workers_does_not_affect_the_results(long? budget, int rounds)
    {
        var hashes = new List<string>();
        foreach (var replicas in (int[])[1, 3])
        {
            await using var system = await TestSystem.StartAsync(replicas);
            var (result, _) = await SampleAsync(
                system,
                Sampling with
                {
                    Rounds = rounds,
                    Enough = new EnoughAttempts { Correct = 2, Wrong = 1 },
                    TokenBudget = budget,
                }
            );
            hashes.Add(result.Outputs["rollouts"].Hash);
        }

        Assert.Equal(hashes[0], hashes[1]);
    }

    private static int Round(Rollout attempt) =>
        attempt.PromptId.Split('/') is [.., var last] && int.TryParse(last, out var round) ? round : 1;

    private static async Task<(StageResult Result, List<Rollout> Attempts)> SampleAsync(TestSystem system, SamplingSettings sampling)
    {
        var recipe = TestSystem.Recipe();
        var results = await system.RunAsync(
            recipe with
            {
                Sampling = sampling,
                Traces = recipe.Traces with { Attempts = 2 },
                Arms = [recipe.Arms[2] with { Stages = ["sample", "reflect", "traces"] }],
            }
        );
        var result = results.Single(r => r.Stage == "sample").Result;
        return (result, await system.Store.ReadAllAsync<Rollout>(result.Outputs["rollouts"]));
    }
}
