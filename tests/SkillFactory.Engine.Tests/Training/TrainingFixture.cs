using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Tests.Models;
using SkillFactory.Engine.Training;

namespace SkillFactory.Engine.Tests.Training;

/// <summary>Random batches, options and comparisons for tests of the trainer.</summary>
internal static class TrainingFixture
{
    public static readonly AdamWSettings Optimizer = new(0.9, 0.95, 0.05, 1);

    /// <summary>One shard, one micro-batch, no packing.</summary>
    public static readonly TrainerOptions Whole = new() { Shards = 1, MicroBatchArea = int.MaxValue };

    /// <summary>Sequences of the given lengths with loss on about two in three tokens, never on the first.</summary>
    public static TrainingSequence[] Batch(TestModel model, ulong seed, params int[] lengths)
    {
        var stream = new KeyedRandom(seed).Child("loss").Stream();
        return
        [
            .. lengths.Select(
                (l, i) =>
                    new TrainingSequence(
                        model.Tokens(l, seed + (ulong)(1000 * i)),
                        [.. Enumerable.Range(0, l).Select(t => t == l - 1 || (t > 0 && stream.NextBool(0.65)))]
                    )
            ),
        ];
    }

    /// <summary>The same with advantages, and with old log-probabilities that differ from the current ones by normal noise.</summary>
    public static TrainingSequence[] PolicyBatch(TestModel model, ulong seed, double noise, double temperature, params int[] lengths)
    {
        var stream = new KeyedRandom(seed).Child("old").Stream();
        return
        [
            .. Batch(model, seed, lengths)
                .Select(
                    (s, i) =>
                        new TrainingSequence(s.Tokens, s.Loss)
                        {
                            Advantage = (float)((i % 2 == 0 ? 1 : -1) * (0.5 + stream.NextDouble())),
                            OldLogProbs =
                            [
                                .. LossTokens(s, model.Reference.LogProbs(s.Tokens, temperature))
                                    .Select(l => (float)(l + (noise * stream.NextNormal()))),
                            ],
                        }
                ),
        ];
    }

    /// <summary>Selects the values of tokens that carry loss, from one value per token from the second on.</summary>
    public static double[] LossTokens(TrainingSequence sequence, double[] values) => [.. values.Where((_, i) => sequence.Loss[i + 1])];

    public static float[] Gradient(TestModel model, IReadOnlyList<TrainingSequence> batch, TrainerOptions options)
    {
        using var trainer = new Trainer(model.Weights, options);
        trainer.SupervisedGradient(batch);
        return trainer.GradientToArray();
    }

    /// <summary>Largest difference relative to the larger norm.</summary>
    public static double Difference(IReadOnlyList<float> a, IReadOnlyList<float> b)
    {
        Assert.Equal(a.Count, b.Count);
        var norm = Math.Sqrt(a.Sum(x => (double)x * x));
        Assert.True(norm > 1e-3, "a gradient near 0 proves nothing");
        return a.Zip(b, (x, y) => double.IsFinite(x - y) ? Math.Abs(x - (double)y) : double.PositiveInfinity).Max() / norm;
    }
}
