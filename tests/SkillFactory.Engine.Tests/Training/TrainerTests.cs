using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Engine.Tests.Models;
using SkillFactory.Engine.Training;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Safetensors;
using TorchSharp;
using static SkillFactory.Engine.Tests.Training.TrainingFixture;

namespace SkillFactory.Engine.Tests.Training;

[Collection(TensorCollection.Name)]
public class TrainerTests
{
    private static readonly TrainerOptions Options = new() { Shards = 2, MicroBatchArea = 24 };
    private static readonly GrpoSettings Grpo = new() { KlCoefficient = 0.02 };

    [Fact]
    public void A_supervised_step_updates_the_weights_and_reports_its_figures()
    {
        using var model = new TestModel(TestModel.Grouped);
        var batch = Batch(model, 1, 12, 5, 8);
        var gradient = Gradient(model, batch, Whole);
        var loss = batch.Sum(s => -LossTokens(s, model.Reference.LogProbs(s.Tokens)).Sum()) / batch.Sum(s => s.LossTokens);
        using var expected = new TestModel(TestModel.Grouped);
        using (var optimizer = new AdamW(expected.Weights))
        {
            optimizer.Update(gradient, 1e-2, Optimizer);
        }

        using var trainer = new Trainer(model.Weights, Options);
        var step = trainer.Supervised(batch, 1e-2, Optimizer);
        Assert.Equal(loss, step.Loss, 1e-4);
        Assert.Equal(Math.Sqrt(gradient.Sum(g => (double)g * g)), step.GradientNorm, 1e-3);
        Assert.Equal((25L, batch.Sum(s => (long)s.LossTokens)), (step.Tokens, step.LossTokens));
        Assert.All(expected.Weights.ToArray().Zip(model.Weights.ToArray()), p => Assert.Equal(p.First, p.Second, 2e-4f));
    }

    [Fact]
    public void Supervised_steps_memorise_a_batch()
    {
        using var model = new TestModel(TestModel.Grouped);
        var batch = Batch(model, 2, 12, 12, 12, 12);
        using var trainer = new Trainer(model.Weights, Options);
        var losses = Enumerable
            .Range(0, 60)
            .Select(_ => trainer.Supervised(batch, 1e-2, Optimizer with { WeightDecay = 0 }).Loss)
            .ToArray();
        Assert.True(losses[^1] < 0.1 * losses[0], $"{losses[0]} -> {losses[^1]}");
    }

    [Fact]
    public void A_policy_step_makes_responses_with_a_positive_advantage_more_likely_and_others_less()
    {
        using var model = new TestModel(TestModel.Grouped);
        var batch = PolicyBatch(model, 3, noise: 0, temperature: 1, 12, 12);
        using var trainer = new Trainer(model.Weights, Options);
        var before = trainer.LogProbs(batch, 1).Select(l => l.Sum()).ToArray();
        trainer.Policy(batch, new GrpoSettings(), 1, batch.Sum(s => s.LossTokens), null, 1e-3, Optimizer with { WeightDecay = 0 });
        var after = trainer.LogProbs(batch, 1).Select(l => l.Sum()).ToArray();
        Assert.True(batch[0].Advantage > 0 && after[0] > before[0]);
        Assert.True(batch[1].Advantage < 0 && after[1] < before[1]);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.7)]
    public void Importance_ratios_of_responses_sampled_from_the_same_weights_are_1(double temperature)
    {
        using var model = new TestModel(TestModel.Grouped);
        var batch = Sample(model, temperature, key: 1);
        using var trainer = new Trainer(model.Weights, Options);
        var tokens = batch.Sum(s => (long)s.LossTokens);
        var step = trainer.Policy(batch, new GrpoSettings(), temperature, tokens, null, 0, Optimizer);
        Assert.InRange(step.MaxLogProbDifference, 0, 5e-5);
        Assert.Equal(0, step.OldPolicyKl, 1e-5);
        Assert.Equal((0.0, 0.0, 0.0, tokens), (step.ClippedLow, step.ClippedHigh, step.Kl, step.LossTokens));
        Assert.Equal(-batch.Sum(s => (double)s.Advantage * s.LossTokens) / tokens, step.Loss, 1e-4);

        // At another temperature the trainer computes another distribution, and the difference shows it.
        Assert.True(trainer.Policy(batch, new GrpoSettings(), temperature * 1.3, tokens, null, 0, Optimizer).MaxLogProbDifference > 0.05);
    }

    [Fact]
    public void The_KL_to_a_reference_equal_to_the_policy_is_0()
    {
        using var model = new TestModel(TestModel.Grouped);
        var batch = Sample(model, 1, key: 2);
        using var trainer = new Trainer(model.Weights, Options);
        var tokens = batch.Sum(s => (long)s.LossTokens);
        Assert.Equal(0, trainer.Policy(batch, Grpo, 1, tokens, trainer.LogProbs(batch, 1), 0, Optimizer).Kl, 1e-6);
        using var other = new TestModel(TestModel.Grouped, seed: 9);
        using var reference = new Trainer(other.Weights, Whole);
        var referenceLogProbs = reference.LogProbs(batch, 1);
        var current = batch.Select(s => LossTokens(s, model.Reference.LogProbs(s.Tokens))).ToArray();
        var expected = referenceLogProbs
            .Zip(current)
            .SelectMany(p => p.First.Zip(p.Second, (r, l) => Math.Exp(r - l) - (r - l) - 1))
            .Average();
        Assert.True(expected > 0.1);
        Assert.Equal(expected, trainer.Policy(batch, Grpo, 1, tokens, referenceLogProbs, 0, Optimizer).Kl, 1e-3 * expected);
    }

    [Fact]
    public async Task Saving_and_loading_between_steps_does_not_change_the_weights()
    {
        using var folder = new TemporaryFolder();
        using var straight = new TestModel(TestModel.Grouped);
        using var half = new TestModel(TestModel.Grouped);
        using var rest = new TestModel(TestModel.Grouped, seed: 5);
        using (var trainer = new Trainer(straight.Weights, Options))
        {
            Steps(straight, trainer, 1, 6);
        }

        var (weights, moments) = (Path.Combine(folder.Path, "w"), Path.Combine(folder.Path, "o"));
        using (var trainer = new Trainer(half.Weights, Options))
        {
            Steps(straight, trainer, 1, 3);
            await using var w = File.Create(weights);
            WeightFile.Write(w, half.Weights.Values, TensorType.F32);
            await using var o = File.Create(moments);
            OptimizerFile.Write(o, trainer.Optimizer, "test");
        }

        using (var trainer = new Trainer(rest.Weights, Options))
        {
            WeightFile.Load(weights, rest.Weights.Values);
            OptimizerFile.Load(moments, trainer.Optimizer);
            Assert.Equal(3, trainer.Optimizer.Step);
            Steps(straight, trainer, 4, 6);
        }

        Assert.NotEqual(straight.Weights.ToArray(), half.Weights.ToArray());
        Assert.Equal(straight.Weights.ToArray(), rest.Weights.ToArray());
    }

    [Fact]
    public async Task An_optimizer_file_can_hold_weights_and_moments()
    {
        using var folder = new TemporaryFolder();
        using var model = new TestModel(TestModel.Grouped);
        using var trainer = new Trainer(model.Weights, Options);
        Steps(model, trainer, 1, 2);
        var (first, second) = trainer.Optimizer.ToArrays();
        var path = Path.Combine(folder.Path, "all");
        await using (var stream = File.Create(path))
        {
            OptimizerFile.Write(stream, trainer.Optimizer, "test", withWeights: true);
        }

        using var fresh = new TestModel(TestModel.Grouped, seed: 2);
        using var other = new AdamW(fresh.Weights);
        OptimizerFile.Load(path, other);
        Assert.Equal(model.Weights.ToArray(), fresh.Weights.ToArray());
        Assert.Equal(2, other.Step);
        Assert.Equal(first, other.ToArrays().First);
        Assert.Equal(second, other.ToArrays().Second);
    }

    [Fact]
    public void The_same_steps_give_the_same_bits()
    {
        float[] Once()
        {
            using var model = new TestModel(TestModel.Grouped);
            using var trainer = new Trainer(model.Weights, Options);
            Steps(model, trainer, 1, 5);
            return model.Weights.ToArray();
        }

        Assert.Equal(Once(), Once());
    }

    [Fact]
    public void A_sequence_can_use_all_positions_but_no_more()
    {
        using var model = new TestModel(TestModel.Grouped with { MaxPositions = 12 });
        using var trainer = new Trainer(model.Weights, Options with { Packing = true });
        trainer.Supervised(Batch(model, 1, 12, 12, 4), 1e-3, Optimizer);
        foreach (var call in (Action<TrainingSequence[]>[])[b => trainer.Supervised(b, 1e-3, Optimizer), b => trainer.LogProbs(b, 1)])
        {
            Assert.Equal(
                "a training sequence has 13 tokens; the model has 12 positions",
                Assert.Throws<UserErrorException>(() => call(Batch(model, 1, 4, 13))).Message
            );
        }
    }

    [Fact]
    public void A_cancelled_step_changes_nothing()
    {
        using var model = new TestModel(TestModel.Grouped);
        using var trainer = new Trainer(model.Weights, Options);
        var batch = PolicyBatch(model, 1, 0.1, 1, 9, 9);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var before = model.Weights.ToArray();
        Assert.Throws<OperationCanceledException>(() => trainer.Supervised(batch, 1, Optimizer, cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => trainer.Policy(batch, Grpo, 1, 9, null, 1, Optimizer, cancelled.Token));
        Assert.Equal(before, model.Weights.ToArray());
        Assert.Equal(0, trainer.Optimizer.Step);

        // The next step is the same as without the cancelled ones.
        using var fresh = new TestModel(TestModel.Grouped);
        using var untouched = new Trainer(fresh.Weights, Options);
        trainer.Supervised(batch, 1e-3, Optimizer);
        untouched.Supervised(batch, 1e-3, Optimizer);
        Assert.Equal(fresh.Weights.ToArray(), model.Weights.ToArray());
    }

    [Fact]
    public void Training_and_sampling_keep_no_tensors_alive()
    {
        using var model = new TestModel(TestModel.Grouped);
        using var trainer = new Trainer(model.Weights, Options);
        var counts = new List<long>();
        for (var step = 1; step <= 32; step++)
        {
            Steps(model, trainer, step, step);
            Sample(model, 1, step);
            trainer.LogProbs(Batch(model, 1, 9, 4), 0.7);
            counts.Add(torch.Tensor.TotalCount);
        }

        // No garbage collection in between: tensors must not depend on finalizers, because their native memory is unbounded.
        Assert.Equal(Enumerable.Repeat(counts[1], 30), counts[2..]);
    }

    /// <summary>Every third step is a policy step, the others are supervised. The step number and the model determine the data.</summary>
    private static void Steps(TestModel data, Trainer trainer, int first, int last)
    {
        for (var step = first; step <= last; step++)
        {
            if (step % 3 != 0)
            {
                trainer.Supervised(Batch(data, (ulong)step, 10, 3, 7, 5), 1e-3 * step, Optimizer);
                continue;
            }

            var batch = PolicyBatch(data, (ulong)step, 0.2, 1, 10, 4, 6);
            trainer.Policy(batch, Grpo, 1, batch.Sum(s => s.LossTokens), trainer.LogProbs(batch, 1), 1e-3, Optimizer);
        }
    }

    private static TrainingSequence[] Sample(TestModel model, double temperature, int key)
    {
        GenerationRequest[] requests =
        [
            .. new[] { 4, 2, 7 }.Select(
                (l, i) => new GenerationRequest(model.Tokens(l, (ulong)i), 3, KeyedRandom.Of(key, "trainer").Child(i))
            ),
        ];
        using var generation = new Generation(
            model.Weights,
            model.Rotary,
            requests,
            new Decoding { Temperature = temperature, MaxNewTokens = 12 },
            [3]
        );
        while (!generation.Advance(TimeSpan.FromSeconds(10))) { }

        return
        [
            .. generation.Finished.Select(
                (g, i) =>
                {
                    var plain = NumericalContract.Sequence(requests[g.Request].Prompt, g);
                    return new TrainingSequence(plain.Tokens, plain.Loss)
                    {
                        OldLogProbs = plain.OldLogProbs,
                        Advantage = i % 2 == 0 ? 1.25f : -0.5f,
                    };
                }
            ),
        ];
    }
}
