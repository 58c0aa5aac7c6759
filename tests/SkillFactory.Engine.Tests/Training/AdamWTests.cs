using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Tests.Models;
using SkillFactory.Engine.Training;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Tests.Training;

[Collection(TensorCollection.Name)]
public class AdamWTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 0)]
    [InlineData(0.1, 2)]
    [InlineData(0.1, 1e6)]
    public void Steps_equal_those_of_the_published_algorithm(double decay, double clip)
    {
        // Loshchilov and Hutter 2019, algorithm 2, parameter by parameter, with decay for matrices only and global norm clipping.
        using var model = new TestModel(TestModel.Grouped);
        using var optimizer = new AdamW(model.Weights);
        var settings = new AdamWSettings(0.9, 0.95, decay, clip);
        var expected = model.Weights.ToArray().Select(w => (double)w).ToArray();
        var (first, second) = (new double[expected.Length], new double[expected.Length]);
        for (var step = 1; step <= 4; step++)
        {
            var stream = new KeyedRandom((ulong)step).Stream();
            var gradient = expected.Select(_ => (float)(stream.NextNormal() * 0.1)).ToArray();
            var rate = 0.01 * step;
            var norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
            Assert.Equal(norm, optimizer.Update(gradient, rate, settings), 1e-4 * norm);

            var factor = clip > 0 && norm > clip ? clip / norm : 1;
            for (var i = 0; i < expected.Length; i++)
            {
                var g = gradient[i] * factor;
                first[i] = (0.9 * first[i]) + (0.1 * g);
                second[i] = (0.95 * second[i]) + (0.05 * g * g);
                if (i < model.Layout.Buckets[0].DecayedCount)
                {
                    expected[i] -= rate * decay * expected[i];
                }

                expected[i] -= rate * (first[i] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(second[i] / (1 - Math.Pow(0.95, step))) + 1e-8);
            }

            Assert.Equal(step, optimizer.Step);
            Assert.All(expected.Zip(model.Weights.ToArray()), p => Assert.Equal(p.First, p.Second, 2e-6));
        }
    }

    [Fact]
    public void A_step_with_learning_rate_0_changes_only_the_moments()
    {
        using var model = new TestModel(TestModel.Grouped);
        using var optimizer = new AdamW(model.Weights);
        var before = model.Weights.ToArray();
        optimizer.Update(Ones(model), 0, new AdamWSettings(0.9, 0.95, 0.1, 0));
        Assert.Equal(before, model.Weights.ToArray());
        Assert.All(optimizer.ToArrays().First, m => Assert.Equal(0.1f, m));
        Assert.All(optimizer.ToArrays().Second, v => Assert.Equal(0.05f, v, 1e-7f));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e30f)]
    public void A_gradient_that_is_not_finite_is_refused_without_any_change(float value)
    {
        // 1e30 is finite, but its square in single precision is not.
        using var model = new TestModel(TestModel.Grouped);
        using var optimizer = new AdamW(model.Weights);
        var settings = new AdamWSettings(0.9, 0.95, 0.1, 1);
        optimizer.Update(Ones(model), 0.01, settings);
        var (weights, moments) = (model.Weights.ToArray(), optimizer.ToArrays());
        var gradient = Ones(model);
        gradient[7] = value;
        var error = Assert.Throws<UserErrorException>(() => optimizer.Update(gradient, 0.01, settings));
        Assert.Contains("training diverged: the gradient's norm after 1 optimiser steps", error.Message, StringComparison.Ordinal);
        Assert.Equal(weights, model.Weights.ToArray());
        Assert.Equal(moments.First, optimizer.ToArrays().First);
        Assert.Equal(moments.Second, optimizer.ToArrays().Second);
        Assert.Equal(1, optimizer.Step);
    }

    private static float[] Ones(TestModel model) => [.. Enumerable.Repeat(1f, (int)model.Layout.Count)];
}
