using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;

namespace SkillFactory.Workers.Tests.TrainingLoops;

/// <summary>GRPO stages of the tiny base model under the variants of the loss.</summary>
public sealed class GrpoUpdatesTests
{
    /// <summary>Credit gives gradients to groups without a correct answer, which are frequent here.</summary>
    private static readonly GrpoSettings Short = new()
    {
        Steps = 2,
        PromptsPerStep = 2,
        GroupSize = 6,
        PromptsPerBatch = 2,
        UpdatesPerStep = 2,
        LearningRate = 1e-3,
        CheckpointEvery = 100,
        Decoding = new Decoding { MaxNewTokens = 40 },
        Credit = new CreditSettings { Attempt = 1, Verdict = 1 },
    };

    public static TheoryData<string> Algorithms => [.. GrpoVariants.Names];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_published_algorithm_trains_and_reports_its_figures(string algorithm)
    {
        var published = GrpoVariants.Get(algorithm);
        var rows = await RunAsync(
            published with
            {
                Steps = Short.Steps,
                PromptsPerStep = Short.PromptsPerStep,
                GroupSize = Short.GroupSize,
                PromptsPerBatch = Short.PromptsPerBatch,
                UpdatesPerStep = Short.UpdatesPerStep,
                LearningRate = Short.LearningRate,
                CheckpointEvery = Short.CheckpointEvery,
                Decoding = Short.Decoding,
                Credit = Short.Credit,
                DynamicRounds = null,
                Overlong = published.Overlong is { } overlong ? overlong with { From = 20 } : null,
            }
        );
        Assert.Equal([1, 2], rows.Select(r => r.Step));
        var known = MetricNames.All.Select(m => m.Name).ToHashSet();
        Assert.All(rows.SelectMany(r => r.Values), v => Assert.True(double.IsFinite(v.Value) && known.Contains(v.Key), $"{v}"));
        Assert.All(rows, r => Assert.True(r.Values[MetricNames.GradientNorm] > 0));
        Assert.All(rows, r => Assert.InRange(r.Values[MetricNames.MaxLogProbDifference], 0, 1e-3));
        Assert.All(rows, r => Assert.InRange(r.Values[MetricNames.MeanLogProbDifference], 0, r.Values[MetricNames.MaxLogProbDifference]));

        // At the first step the reference is the policy itself.
        Assert.Equal(0, rows[0].Values[MetricNames.Kl], 1e-3);
        Assert.Equal(published.KlCoefficient > 0, Math.Abs(rows[1].Values[MetricNames.Kl]) > 1e-4);
    }

    [Fact]
    public async Task Old_log_probabilities_of_the_trainer_change_only_rounding_where_sampler_and_trainer_agree()
    {
        var settings = Short with { Steps = 1 };
        var sampler = Assert.Single(await RunAsync(settings)).Values;
        var trainer = Assert.Single(await RunAsync(settings with { ImportanceLimit = 2 })).Values;
        Assert.Equal(1, trainer[MetricNames.MeanImportanceWeight], 1e-4);
        Assert.InRange(trainer[MetricNames.MaxImportanceWeight], 1, 1.001);
        Assert.Equal(0, trainer[MetricNames.LimitedImportanceWeights]);
        Assert.InRange(trainer[MetricNames.MaxLogProbDifference], 1e-9, 1e-3);
        foreach (var name in new[] { MetricNames.Loss, MetricNames.GradientNorm, MetricNames.OldPolicyKl, MetricNames.ClippedHigh })
        {
            Assert.Equal(sampler[name], trainer[name], 2e-3);
        }

        Assert.DoesNotContain(MetricNames.MeanImportanceWeight, sampler.Keys);
    }

    [Fact]
    public async Task Truncated_responses_that_are_skipped_are_not_trained_on()
    {
        // A high temperature makes responses of different lengths, and the penalty makes their rewards differ.
        var settings = Short with
        {
            Steps = 1,
            PromptsPerStep = 4,
            Decoding = new Decoding { MaxNewTokens = 40, Temperature = 1.5 },
            Overlong = new OverlongSettings { From = 1 },
        };
        var length = (int)Assert.Single(await RunAsync(settings)).Values[MetricNames.MeanLength];
        settings = settings with { Decoding = settings.Decoding with { MaxNewTokens = length } };
        var all = Assert.Single(await RunAsync(settings)).Values;
        var kept = Assert.Single(await RunAsync(settings with { SkipTruncated = true })).Values;
        Assert.InRange(all[MetricNames.ClippedLength], 0.05, 0.95);
        Assert.Equal(all[MetricNames.Tokens], kept[MetricNames.Tokens]);
        Assert.InRange(kept[MetricNames.TrainedTokens], 1, all[MetricNames.TrainedTokens] - length);
    }

    private static async Task<List<MetricRow>> RunAsync(GrpoSettings settings)
    {
        await using var fixture = new TrainingFixture();
        var result = await fixture.RunAsync(await fixture.GrpoAsync(settings));
        return await fixture.Store.ReadAllAsync<MetricRow>(result.Outputs[StageOutputs.Metrics]);
    }
}
