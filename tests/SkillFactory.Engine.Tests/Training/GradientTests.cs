using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Tests.Losses;
using SkillFactory.Engine.Tests.Models;
using SkillFactory.Engine.Training;
using static SkillFactory.Engine.Tests.Training.TrainingFixture;

namespace SkillFactory.Engine.Tests.Training;

[Collection(TensorCollection.Name)]
public class GradientTests
{
    /// <summary>Small, because the tests change every parameter separately.</summary>
    private static readonly DecoderShape Tiny = new()
    {
        VocabSize = 7,
        HiddenSize = 4,
        Layers = 2,
        Heads = 2,
        KvHeads = 1,
        HeadDim = 2,
        IntermediateSize = 6,
        MaxPositions = 32,
    };

    public static TheoryData<TrainerOptions> Splits =>
        new()
        {
            Whole with
            {
                MicroBatchArea = 40,
            },
            Whole with
            {
                MicroBatchArea = 20,
            },
            Whole with
            {
                MicroBatchArea = 1,
            },
            Whole with
            {
                Packing = true,
            },
            Whole with
            {
                Packing = true,
                MicroBatchArea = 25,
            },
            Whole with
            {
                Shards = 2,
                MicroBatchArea = 20,
            },
            Whole with
            {
                Shards = 3,
                MicroBatchArea = 1,
                Packing = true,
            },
            Whole with
            {
                Shards = 4,
            },
        };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_supervised_gradient_is_the_slope_of_the_mean_over_all_loss_tokens(bool tied)
    {
        // Uneven lengths in several micro-batches: a mean of means would differ.
        using var model = new TestModel(Tiny with { TiedEmbedding = tied });
        var batch = Batch(model, 1, 9, 2, 5);
        double Loss() => batch.Sum(s => -LossTokens(s, model.Reference.LogProbs(s.Tokens)).Sum()) / batch.Sum(s => s.LossTokens);
        using var trainer = new Trainer(model.Weights, Whole with { MicroBatchArea = 9 });
        var sum = trainer.SupervisedGradient(batch);
        Assert.Equal(Loss() * batch.Sum(s => s.LossTokens), sum, 1e-4);
        AssertSlope(model, Loss, trainer.GradientToArray());
    }

    [Fact]
    public void A_token_without_loss_is_only_context()
    {
        using var model = new TestModel(Tiny);
        var tokens = model.Tokens(6, 3);
        var only = new TrainingSequence(tokens, [false, false, false, true, false, false]);
        Assert.Equal(1, only.LossTokens);
        using var trainer = new Trainer(model.Weights, Whole);
        Assert.Equal(-model.Reference.LogProbs(tokens)[2], trainer.SupervisedGradient([only]), 1e-5);
        AssertSlope(model, () => -model.Reference.LogProbs(tokens)[2], trainer.GradientToArray());

        // Tokens after the last loss token have no effect.
        var shorter = new TrainingSequence(tokens[..4], [false, false, false, true]);
        Assert.True(Difference(Gradient(model, [only], Whole), Gradient(model, [shorter], Whole)) < 1e-5);
    }

    [Theory]
    [InlineData(1.0, 0.0, "token", "clip", "tokens", "k3")]
    [InlineData(0.7, 0.3, "token", "clip", "tokens", "k3")]
    [InlineData(1.0, 0.2, "sequence", "clip", "sequences", "k2")]
    [InlineData(0.8, 0.0, "token", "weight", "length", "k3")]
    public void The_policy_gradient_is_the_slope_of_the_loss(
        double temperature,
        double beta,
        string ratio,
        string surrogate,
        string aggregation,
        string estimator
    )
    {
        using var model = new TestModel(Tiny);
        var batch = PolicyBatch(model, 2, noise: 0.35, temperature, 8, 3, 6, 2);
        var referenceLogProbs =
            beta == 0 ? null : batch.Select(s => s.OldLogProbs!.Select((l, i) => l + (i % 2 == 0 ? 0.2f : -0.4f)).ToArray()).ToArray();
        var settings = new GrpoSettings
        {
            KlCoefficient = beta,
            Ratio = ratio,
            Surrogate = surrogate,
            Aggregation = aggregation,
            KlEstimator = estimator,
            Decoding = new Decoding { MaxNewTokens = 9 },
        };
        var constants = batch.Select(s => LossTokens(s, model.Reference.LogProbs(s.Tokens, temperature))).ToArray();
        double Loss() =>
            ScalarGrpoLoss.Of(
                [
                    .. batch.Select(
                        (s, i) =>
                            new ScalarResponse(
                                LossTokens(s, model.Reference.LogProbs(s.Tokens, temperature)),
                                [.. s.OldLogProbs!.Select(l => (double)l)],
                                [.. s.OldLogProbs!.Select(_ => (double)s.Advantage)]
                            )
                            {
                                Reference = referenceLogProbs is null ? null : [.. referenceLogProbs[i].Select(l => (double)l)],
                            }
                    ),
                ],
                settings,
                constants
            );
        var denominator = aggregation switch
        {
            "tokens" => batch.Sum(s => s.LossTokens),
            "sequences" => batch.Length,
            _ => batch.Length * 9,
        };

        using var trainer = new Trainer(model.Weights, Whole with { MicroBatchArea = 8 });
        var expected = Loss();
        var step = trainer.Policy(
            batch,
            settings,
            temperature,
            denominator,
            referenceLogProbs,
            learningRate: 0,
            Optimizer with
            {
                ClipNorm = 0,
            }
        );
        Assert.Equal(expected, step.Loss, 1e-5);
        AssertSlope(model, Loss, trainer.GradientToArray());
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public void The_policy_gradient_does_not_depend_on_how_the_batch_is_split(TrainerOptions options)
    {
        using var model = new TestModel(TestModel.Grouped);
        var batch = PolicyBatch(model, 4, noise: 0.3, temperature: 1, 20, 3, 11, 7, 7, 16, 2, 5);
        foreach (var aggregation in RecipeValues.Aggregations)
        {
            var settings = new GrpoSettings { Ratio = RecipeValues.SequenceRatio, Aggregation = aggregation };
            float[] Gradient(TrainerOptions split)
            {
                using var trainer = new Trainer(model.Weights, split);
                trainer.Policy(batch, settings, 1, 7, null, learningRate: 0, Optimizer with { ClipNorm = 0 });
                return trainer.GradientToArray();
            }

            Assert.True(Difference(Gradient(Whole), Gradient(options)) < 5e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public void The_gradient_does_not_depend_on_how_the_batch_is_split(TrainerOptions options)
    {
        using var model = new TestModel(TestModel.Grouped);
        var batch = Batch(model, 4, 20, 3, 11, 7, 7, 16, 2, 5);
        using var whole = new Trainer(model.Weights, Whole);
        using var split = new Trainer(model.Weights, options);
        Assert.Equal(whole.SupervisedGradient(batch), split.SupervisedGradient(batch), 1e-3);
        Assert.True(Difference(whole.GradientToArray(), split.GradientToArray()) < 2e-6);

        // The same holds for log-probabilities, which are in the order of the sequences.
        foreach (var (sequence, values) in batch.Zip(split.LogProbs(batch, 0.7)))
        {
            var expected = LossTokens(sequence, model.Reference.LogProbs(sequence.Tokens, 0.7));
            Assert.Equal(expected.Length, values.Length);
            Assert.All(expected.Zip(values), p => Assert.Equal(p.First, p.Second, 5e-5));
        }
    }

    [Fact]
    public void Gradients_do_not_accumulate_over_calls()
    {
        using var model = new TestModel(TestModel.Grouped);
        using var trainer = new Trainer(model.Weights, Whole with { Shards = 2, MicroBatchArea = 10 });
        trainer.SupervisedGradient(Batch(model, 5, 9, 4, 8));
        trainer.SupervisedGradient(Batch(model, 6, 7, 3));
        Assert.True(Difference(Gradient(model, Batch(model, 6, 7, 3), Whole), trainer.GradientToArray()) < 2e-6);
    }

    /// <summary>Compares a gradient with central differences of the reference, parameter by parameter.</summary>
    private static void AssertSlope(TestModel model, Func<double> loss, float[] gradient)
    {
        const double Step = 1e-5;
        var values = model.Reference.Values;
        Assert.Equal(values.Length, gradient.Length);
        foreach (var slot in model.Layout.Slots)
        {
            for (var i = (int)slot.Offset; i < slot.Offset + slot.Count; i++)
            {
                var value = values[i];
                values[i] = value + Step;
                var above = loss();
                values[i] = value - Step;
                var below = loss();
                values[i] = value;
                var slope = (above - below) / (2 * Step);
                Assert.True(
                    Math.Abs(slope - gradient[i]) < 2e-5 + (1e-4 * Math.Abs(slope)),
                    $"{slot.Name}[{i - slot.Offset}]: slope {slope}, gradient {gradient[i]}"
                );
            }
        }
    }
}
