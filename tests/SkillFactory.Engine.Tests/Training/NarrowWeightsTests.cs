using SkillFactory.Engine.Models;
using SkillFactory.Engine.Tests.Models;
using SkillFactory.Engine.Training;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Safetensors;
using static SkillFactory.Engine.Tests.Training.TrainingFixture;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Tests.Training;

/// <summary>Training with weights in bf16 and masters in fp32, and with moments in bf16.</summary>
[Collection(TensorCollection.Name)]
public class NarrowWeightsTests
{
    private static readonly TrainerOptions Options = new() { Shards = 2, MicroBatchArea = 24 };

    [Fact]
    public void Masters_take_the_steps_of_fp32_weights_and_the_weights_are_the_masters_rounded()
    {
        using var exact = new TestModel(TestModel.Grouped);
        exact.Weights.CopyFrom([.. exact.Weights.ToArray().Select(Rounded)]);
        using var narrow = new TestModel(TestModel.Grouped, bucketLimit: 300, workType: ScalarType.BFloat16);
        using var a = new AdamW(exact.Weights);
        using var b = new AdamW(narrow.Weights);
        for (var step = 1; step <= 20; step++)
        {
            // Steps far below the resolution of bf16, which only the masters can add up.
            var gradient = TestModel.Random(exact.Layout, (ulong)step);
            a.Update(gradient, 1e-5, Optimizer with { ClipNorm = 0 });
            b.Update(gradient, 1e-5, Optimizer with { ClipNorm = 0 });
            Assert.Equal(exact.Weights.ToArray(), b.Masters.ToArray());
            Assert.Equal(exact.Weights.ToArray().Select(Rounded), narrow.Weights.ToArray());
        }
    }

    [Fact]
    public void The_gradient_of_bf16_weights_is_near_that_of_the_same_values_in_fp32()
    {
        using var narrow = new TestModel(TestModel.Grouped, workType: ScalarType.BFloat16);
        using var exact = new TestModel(TestModel.Grouped);
        exact.Weights.CopyFrom(narrow.Weights.ToArray());
        var batch = Batch(narrow, 4, 20, 3, 11, 7, 7, 16, 2, 5);
        var split = new TrainerOptions { Shards = 2, MicroBatchArea = 24 };
        Assert.InRange(Difference(Gradient(exact, batch, Whole), Gradient(narrow, batch, Whole)), 0, 0.02);
        Assert.InRange(Difference(Gradient(exact, batch, Whole), Gradient(narrow, batch, split)), 0, 0.02);
        using var trainer = new Trainer(narrow.Weights, Options);
        foreach (var (sequence, values) in batch.Zip(trainer.LogProbs(batch, 0.7)))
        {
            var expected = LossTokens(sequence, exact.Reference.LogProbs(sequence.Tokens, 0.7));
            Assert.All(expected.Zip(values), p => Assert.Equal(p.First, p.Second, 0.1));
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Saving_and_loading_between_steps_changes_neither_weights_nor_masters(ScalarType moments)
    {
        using var folder = new TemporaryFolder();
        var options = Options with { Moments = moments };
        using var straight = new TestModel(TestModel.Grouped, workType: ScalarType.BFloat16);
        using var rest = new TestModel(TestModel.Grouped, seed: 5, workType: ScalarType.BFloat16);
        using var whole = new Trainer(straight.Weights, options);
        Steps(straight, whole, 1, 3);
        var (weights, state) = (Path.Combine(folder.Path, "w"), Path.Combine(folder.Path, "o"));
        using (var w = File.Create(weights))
        using (var o = File.Create(state))
        {
            WeightFile.Write(w, straight.Weights.Values, TensorType.BF16);
            OptimizerFile.Write(o, whole.Optimizer, "test");
        }

        Steps(straight, whole, 4, 6);
        WeightFile.Load(weights, rest.Weights.Values);
        using var resumed = new Trainer(rest.Weights, options);
        OptimizerFile.Load(state, resumed.Optimizer);
        Assert.Equal(3, resumed.Optimizer.Step);
        Steps(straight, resumed, 4, 6);
        Assert.Equal(whole.Optimizer.Masters.ToArray(), resumed.Optimizer.Masters.ToArray());
        Assert.Equal(whole.Optimizer.First.ToArray(), resumed.Optimizer.First.ToArray());
        Assert.Equal(whole.Optimizer.Second.ToArray(), resumed.Optimizer.Second.ToArray());
        Assert.Equal(straight.Weights.ToArray(), rest.Weights.ToArray());

        using var exact = new TestModel(TestModel.Grouped);
        using var fp32 = new Trainer(exact.Weights, Options);
        using (var o = File.Create(state))
        {
            OptimizerFile.Write(o, fp32.Optimizer, "test");
        }

        var error = Assert.Throws<UserErrorException>(() => OptimizerFile.Load(state, resumed.Optimizer));
        Assert.Contains("there are no fp32 weights", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Moments_in_bf16_give_steps_near_those_of_fp32()
    {
        using var exact = new TestModel(TestModel.Grouped);
        using var narrow = new TestModel(TestModel.Grouped);
        using var a = new AdamW(exact.Weights);
        using var b = new AdamW(narrow.Weights, ScalarType.BFloat16);
        var start = exact.Weights.ToArray();
        for (var step = 1; step <= 30; step++)
        {
            var gradient = TestModel.Random(exact.Layout, (ulong)step);
            a.Update(gradient, 1e-3, Optimizer);
            b.Update(gradient, 1e-3, Optimizer);
        }

        double Distance(float[] x, float[] y) => Math.Sqrt(x.Zip(y, (p, q) => Math.Pow(p - (double)q, 2)).Sum());
        var moved = Distance(start, exact.Weights.ToArray());
        Assert.InRange(Distance(exact.Weights.ToArray(), narrow.Weights.ToArray()) / moved, 1e-5, 0.02);

        var error = Assert.Throws<UserErrorException>(() => b.Update(start, 1e-3, Optimizer with { Beta2 = 0.999 }));
        Assert.Contains("beta2 is 0.999; moments in bf16 need at most 0.992", error.Message, StringComparison.Ordinal);
        Assert.Equal(30, b.Step);
    }

    private static void Steps(TestModel data, Trainer trainer, int first, int last)
    {
        for (var step = first; step <= last; step++)
        {
            trainer.Supervised(Batch(data, (ulong)step, 10, 3, 7, 5), 1e-3 * step, Optimizer);
        }
    }

    private static float Rounded(float value) => BitConverter.UInt32BitsToSingle((uint)BFloat16Bits.Narrow(value) << 16);
}
