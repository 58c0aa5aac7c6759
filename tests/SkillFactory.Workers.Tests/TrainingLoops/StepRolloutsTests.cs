using SkillFactory.Contracts.Batches;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Dispatch.Batches;
using SkillFactory.Grading;
using SkillFactory.Workers.TrainingLoops;

namespace SkillFactory.Workers.Tests.TrainingLoops;

public sealed class StepRolloutsTests
{
    [Fact]
    public async Task A_step_takes_the_next_questions_and_starts_over_at_the_end()
    {
        await using var fixture = new TrainingFixture();
        var batches = new ScriptedBatches(fixture.Store, _ => [Outcome.Correct, Outcome.Wrong]);
        var (sampled, questions) = await SampleAsync(fixture, batches, new GrpoSettings { PromptsPerStep = 3, PromptsPerBatch = 2 });
        Assert.Equal([questions[2], questions[3], questions[0]], batches.Items.Select(i => i.Question.Id));
        Assert.Equal(["2"], batches.Parts);
        Assert.Equal(3, sampled.Groups.Count);
        Assert.Equal(2, sampled.Artifacts.Count);
        Assert.Equal(3 * 2 * 10, sampled.GeneratedTokens);
    }

    [Fact]
    public async Task Dynamic_sampling_adds_rounds_until_enough_groups_have_an_advantage()
    {
        await using var fixture = new TrainingFixture();
        var settings = new GrpoSettings { PromptsPerStep = 2, DynamicRounds = 4 };
        var batches = new ScriptedBatches(fixture.Store, n => n < 2 ? [Outcome.Wrong, Outcome.Wrong] : [Outcome.Correct, Outcome.Wrong]);
        var (sampled, _) = await SampleAsync(fixture, batches, settings);
        Assert.Equal(["2", "2+1"], batches.Parts);
        Assert.Equal(4, sampled.Groups.Count);
        Assert.Equal(4, batches.Items.Select(i => i.Id).Distinct().Count());
    }

    [Fact]
    public async Task Dynamic_sampling_ends_at_its_limit_of_rounds()
    {
        await using var fixture = new TrainingFixture();
        var batches = new ScriptedBatches(fixture.Store, _ => [Outcome.Wrong, Outcome.Wrong]);
        await SampleAsync(fixture, batches, new GrpoSettings { PromptsPerStep = 1, DynamicRounds = 3 });
        Assert.Equal(["2", "2+1", "2+2"], batches.Parts);
    }

    private static async Task<(SampledStep Sampled, string[] Questions)> SampleAsync(
        TrainingFixture fixture,
        IBatchRunner batches,
        GrpoSettings settings
    )
    {
        var context = fixture.Context(await fixture.GrpoAsync(settings)) with { Batches = batches };
        var questions = TrainingFixture.Questions(4);
        var reader = new GroupReader(context.Model.Tokenizer, settings, questions);
        var source = new StepRollouts(context, settings, reader, questions);
        var sampled = await source.SampleAsync(
            2,
            context.Spec.InitialWeights,
            earlier: 2,
            (_, _, _) => Task.CompletedTask,
            CancellationToken.None
        );
        return (sampled, [.. questions.Select(q => q.Id)]);
    }

    /// <summary>Answers the n-th prompt with given outcomes.</summary>
    private sealed class ScriptedBatches(IArtifactStore store, Func<int, Outcome[]> outcomes) : IBatchRunner
    {
        public List<string> Parts { get; } = [];

        public List<PromptItem> Items { get; } = [];

        public async Task<IReadOnlyList<BatchOutcome>> RunAsync(
            BatchSet set,
            IReadOnlyList<BatchSpec> specs,
            Func<BatchProgress, Task>? progress,
            CancellationToken cancellationToken
        )
        {
            Parts.Add(set.Part);
            var results = new List<BatchOutcome>();
            foreach (var spec in specs)
            {
                var rollouts = new List<Rollout>();
                foreach (var item in spec.Items)
                {
                    rollouts.AddRange(
                        outcomes(Items.Count)
                            .Select(
                                (outcome, i) =>
                                    TraceFixture.Attempt(item.Id, i, outcome) with
                                    {
                                        PromptId = item.Id,
                                        QuestionId = item.Question.Id,
                                    }
                            )
                    );
                    Items.Add(item);
                }

                results.Add(new BatchOutcome(await store.PutLinesAsync(rollouts, cancellationToken), rollouts.Count, 0, 0, 0));
            }

            return results;
        }
    }
}
