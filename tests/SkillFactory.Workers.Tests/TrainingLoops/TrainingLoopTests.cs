using SkillFactory.Contracts.Training;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Models;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Grading;
using SkillFactory.Storage.Safetensors;
using SkillFactory.Workers.TrainingLoops;

namespace SkillFactory.Workers.Tests.TrainingLoops;

public sealed class TrainingLoopTests
{
    [Fact]
    public async Task Weights_of_a_step_are_written_once_for_validation_gate_checkpoints_and_result()
    {
        await using var fixture = new TrainingFixture();
        var settings = new SftSettings
        {
            Epochs = 1,
            BatchSize = 3,
            LearningRate = 1e-3,
            WarmupSteps = 1,
            CheckpointEvery = 1,
            Gate = new SftGate
            {
                Questions = 2,
                ExtraEpochs = 0.5,
                MaxExtensions = 1,
            },
        };
        var spec = await fixture.SftAsync(settings, validate: true) with
        {
            Questions = await fixture.Store.PutLinesAsync(TrainingFixture.Questions(2)),
        };
        var result = await fixture.RunAsync(spec);

        Assert.Equal(3, result.Counts[CountNames.Steps]);
        Assert.Equal(1, result.Counts[CountNames.GateExtensions]);
        var files = fixture.Store.Written.Where(a => a.MediaType == WeightFile.MediaType).ToList();
        Assert.Equal(files.Distinct(), files);

        // Weights and optimizer of each step, and the result.
        Assert.Equal((3 * 2) + 1, files.Count);
        Assert.Equal(fixture.Checkpoints[^1].Weights.Tensors.Hash, result.Outputs[StageOutputs.Weights].Hash);
    }

    [Fact]
    public async Task Sft_resumes_from_the_checkpoint_of_a_cancellation_to_the_same_weights_and_metrics()
    {
        await using var whole = new TrainingFixture();
        var expected = await whole.RunAsync(await whole.SftAsync(validate: true));
        Assert.Equal(4, expected.Counts[CountNames.Steps]);

        await using var fixture = new TrainingFixture();
        var spec = await fixture.SftAsync(validate: true);
        var checkpoint = await fixture.CancelAsync(spec, p => p.Metrics is { Step: 3 });
        Assert.Equal(3, checkpoint!.Step);
        AssertSame(expected, await fixture.RunAsync(spec, checkpoint));
    }

    [Fact]
    public async Task Grpo_resumes_from_the_checkpoint_of_a_cancellation_to_the_same_weights_and_metrics()
    {
        await using var whole = new TrainingFixture();
        var expected = await whole.RunAsync(await whole.GrpoAsync());
        Assert.True(expected.Counts[StageResult.TrainedTokens] > 0);

        await using var fixture = new TrainingFixture();
        var spec = await fixture.GrpoAsync();

        // While step 2 samples: what step 1 left is complete.
        var checkpoint = await fixture.CancelAsync(spec, p => p is { Done: > 1 and < 2, Waiting: "rollouts, which the step trains on" });
        Assert.Equal(1, checkpoint!.Step);
        AssertSame(expected, await fixture.RunAsync(spec, checkpoint));
    }

    [Fact]
    public async Task A_cancellation_before_the_first_step_leaves_no_checkpoint()
    {
        await using var fixture = new TrainingFixture();
        Assert.Null(await fixture.CancelAsync(await fixture.SftAsync(validate: true), p => p.Waiting.Length > 0));
    }

    [Fact]
    public async Task A_checkpoint_writes_only_the_log_since_the_checkpoint_before_it()
    {
        await using var fixture = new TrainingFixture();
        var settings = new SftSettings
        {
            Epochs = 2,
            BatchSize = 3,
            CheckpointEvery = 1,
        };
        var spec = await fixture.SftAsync(settings);
        var result = await fixture.RunAsync(spec);

        Assert.Equal([1, 2, 3, 4], fixture.Checkpoints.Select(c => c.Step));
        for (var i = 0; i < fixture.Checkpoints.Count; i++)
        {
            var segment = await fixture.Store.GetJsonAsync<TrainingLog>(fixture.Checkpoints[i].Log);
            Assert.Equal(i + 1, Assert.Single(segment.Metrics).Step);
            Assert.Equal(i == 0 ? null : fixture.Checkpoints[i - 1].Log, segment.Previous);
        }

        var log = await LogSegments.ReadAsync(fixture.Store, fixture.Checkpoints[^1].Log, CancellationToken.None);
        var metrics = await fixture.Store.ReadAllAsync<MetricRow>(result.Outputs[StageOutputs.Metrics]);
        Assert.Equivalent(metrics, log.Metrics, strict: true);
        Assert.Equal(result.Counts[StageResult.TrainedTokens], log.TrainedTokens);
    }

    [Fact]
    public async Task A_checkpoint_is_incomplete_without_any_one_of_its_log_segments()
    {
        await using var fixture = new TrainingFixture();
        await fixture.RunAsync(
            await fixture.SftAsync(
                new SftSettings
                {
                    Epochs = 1,
                    BatchSize = 2,
                    CheckpointEvery = 1,
                }
            )
        );
        Assert.True(await LogSegments.IsCompleteAsync(fixture.Store, fixture.Checkpoints[^1], CancellationToken.None));
        await fixture.Store.DeleteAsync(fixture.Checkpoints[0].Log);
        Assert.False(await LogSegments.IsCompleteAsync(fixture.Store, fixture.Checkpoints[^1], CancellationToken.None));
    }

    [Fact]
    public async Task Weights_that_no_checkpoint_holds_are_deleted_when_the_next_step_is_published()
    {
        await using var fixture = new TrainingFixture();
        var spec = await fixture.GrpoAsync();
        var result = await fixture.RunAsync(spec);
        Assert.True(result.Counts[StageResult.TrainedTokens] > 0);
        var weights = fixture.Store.Written.Where(a => a.MediaType == WeightFile.MediaType && a.Scope is not null).ToList();
        Assert.False(await fixture.Store.ExistsAsync(weights[0]));
        Assert.True(await fixture.Store.ExistsAsync(fixture.Checkpoints[^1].Weights.Tensors));
        Assert.True(await fixture.Store.ExistsAsync(spec.InitialWeights.Tensors));
    }

    [Fact]
    public async Task Replicas_read_the_weights_of_the_trainer_between_its_updates()
    {
        await using var fixture = new TrainingFixture();
        var spec = await fixture.GrpoAsync(
            new GrpoSettings
            {
                Steps = 2,
                PromptsPerStep = 2,
                GroupSize = 8,
                PromptsPerBatch = 1,
                LearningRate = 1e-4,
                KlCoefficient = 0.1,
                Decoding = new Decoding { MaxNewTokens = 48 },
            },
            validate: true
        );
        var reads = new List<ArtifactRef>();
        fixture.Store.OnLocalPath = reads.Add;
        await fixture.RunAsync(spec);

        // Read once by the trainer and once as the reference; every later version is the trainer's own.
        Assert.Equal([spec.InitialWeights.Tensors, spec.InitialWeights.Tensors], reads);
        Assert.InRange(fixture.Weights.Count, 0, 1);
        fixture.Weights.DisposeUnused();
        Assert.Equal(0, fixture.Weights.Count);
    }

    [Theory]
    [InlineData(TensorType.F32)]
    [InlineData(TensorType.BF16)]
    [InlineData(TensorType.F16)]
    public async Task A_result_has_the_type_of_the_checkpoint(TensorType type)
    {
        await using var fixture = new TrainingFixture { StoredType = type };
        var result = await fixture.RunAsync(await fixture.SftAsync());
        using var file = new SafetensorsReader(await fixture.Store.GetLocalPathAsync(result.Outputs[StageOutputs.Weights]));
        Assert.All(file.Tensors.Values, t => Assert.Equal(type, t.Type));

        // Versions that are trained further, or sampled from meanwhile, keep every bit.
        using var last = new SafetensorsReader(await fixture.Store.GetLocalPathAsync(fixture.Checkpoints[^1].Weights.Tensors));
        Assert.All(last.Tensors.Values, t => Assert.Equal(TensorType.F32, t.Type));
    }

    [Fact]
    public async Task Training_emits_every_described_metric_and_no_other()
    {
        var names = new HashSet<string>();
        foreach (var sft in new[] { true, false })
        {
            await using var fixture = new TrainingFixture { Time = TimeProvider.System };
            var spec = await (sft ? fixture.SftAsync() : fixture.GrpoAsync());
            var result = await fixture.RunAsync(spec with { Grpo = sft ? null : spec.Grpo! with { ImportanceLimit = 2 } });
            var rows = await fixture.Store.ReadAllAsync<MetricRow>(result.Outputs[StageOutputs.Metrics]);
            names.UnionWith(rows.SelectMany(r => r.Values.Keys));
        }

        // Handwritten responses: the tiny base model makes no verdicts, and a share without a case is absent.
        names.UnionWith(
            ValidationFigures
                .Of([
                    TraceFixture.Attempt("q", 0, Outcome.Correct, Skilled("Correct", "")),
                    TraceFixture.Attempt("q", 1, Outcome.Correct, Skilled("Incorrect", "<sample>2</sample>")),
                ])
                .Keys
        );
        Assert.Equal(MetricNames.All.Select(m => m.Name).Order(), names.Order());
    }

    private static string Skilled(string verdict, string after) =>
        $"<think><sample>1</sample><reflect><verdict>{verdict}</verdict></reflect>{after}</think><answer>1</answer>";

    private static void AssertSame(StageResult expected, StageResult actual)
    {
        Assert.Equal(
            expected.Outputs.Select(o => (o.Key, o.Value.Hash)).OrderBy(o => o.Key),
            actual.Outputs.Select(o => (o.Key, o.Value.Hash)).OrderBy(o => o.Key)
        );
        Assert.Equal(expected.Counts, actual.Counts);
    }
}
